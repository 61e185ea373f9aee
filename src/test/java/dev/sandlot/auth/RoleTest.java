package dev.sandlot.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.keys.KeyResource;
import dev.sandlot.scopes.ScopeResource;
import dev.sandlot.scopes.UserResource;
import jakarta.annotation.security.RolesAllowed;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoleTest {
    @Test
    void eachRoleIsKnown() {
        List<Object> constants = Arrays.stream(Role.class.getFields())
                .filter(field -> field.getType() == String.class)
                .map(RoleTest::value)
                .toList();

        assertThat(constants).hasSizeGreaterThan(7).doesNotHaveDuplicates();
        assertThat(Role.KNOWN).containsExactlyInAnyOrderElementsOf(texts(constants));
    }

    private static Object value(Field constant) {
        try {
            return constant.get(null);
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static List<String> texts(List<Object> values) {
        return values.stream().map(String.class::cast).toList();
    }

    @ParameterizedTest
    @ValueSource(classes = {KeyResource.class, ScopeResource.class, UserResource.class})
    void whoHasAnyRoleIsTold(Class<?> resource) {
        assertThat(resource.getAnnotation(RolesAllowed.class).value()).containsExactlyInAnyOrderElementsOf(Role.KNOWN);
    }
}
