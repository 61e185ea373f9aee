package dev.sandlot.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiPathTest {
    @ParameterizedTest
    @CsvSource({
        "/api/v1/org/acme/tasks,/api/v1/org/acme/tasks",
        "/api/v1/%6frg/%61cme/tasks,/api/v1/org/acme/tasks",
        "/api/v1/org/a+b,/api/v1/org/a+b",
        "/api/v1/org/%zz,/api/v1/org/%zz",
        "/api/v1/org/%,/api/v1/org/%",
    })
    void percentEncodingIsAnotherSpelling(String sent, String meant) {
        assertThat(ApiPath.decoded(sent)).isEqualTo(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/org;a=b/acme/tasks", "/api/v1/org/acme/tasks;", "/api/v1/user/"})
    void otherPathsThanTheyAreTakenForAreNone(String sent) {
        assertThat(TrailingSlashFilter.isOther(sent)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/org/acme/tasks", "/api/v1/org/acme%3Bx/tasks", "/api/v1/user"})
    void othersAreWhatTheyAre(String sent) {
        assertThat(TrailingSlashFilter.isOther(sent)).isFalse();
    }
}
