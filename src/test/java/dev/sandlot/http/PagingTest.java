package dev.sandlot.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.errors.Faults;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagingTest {
    @Test
    void defaultsAreTheFirstFifty() {
        assertThat(Paging.read(null, null, new Faults())).isEqualTo(new Paging(1, 50));
        assertThat(new Paging(3, 50).offset()).isEqualTo(100);
        assertThat(new Paging(1, 50).totalPages(101)).isEqualTo(3);
        assertThat(new Paging(1, 50).totalPages(0)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "201", "x", "", "1.0", "99999999999999999999"})
    void aBadLimitIsAFault(String limit) {
        Faults faults = new Faults();
        Paging.read("1", limit, faults);

        assertThatThrownBy(faults::throwIfAny).hasMessageStartingWith("limit: must be ");
    }
}
