package dev.sandlot.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No operation is for a key that has not one of its roles: each of them is asked. */
class KeyRolesTest {
    static List<Method> operations() {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.sandlot").stream()
                        .filter(type -> type.isAnnotatedWith(Path.class) && !type.isAnnotatedWith(PermitAll.class))
                        .map(JavaClass::reflect)
                        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                        .filter(KeyRolesTest::isOperation)
                        .toList();
    }

    private static boolean isOperation(Method method) {
        return Arrays.stream(method.getAnnotations())
                .anyMatch(one -> one.annotationType().isAnnotationPresent(HttpMethod.class));
    }

    private static Caller holder(Set<String> roles) {
        return new Caller("tester", roles, Set.of("*/*"), Optional.of(UUID.randomUUID()));
    }

    private static Set<String> allowed(Method operation) {
        RolesAllowed roles = operation.getAnnotation(RolesAllowed.class);
        return Set.of(
                (roles == null ? operation.getDeclaringClass().getAnnotation(RolesAllowed.class) : roles).value());
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aKeyWithoutItsRolesIsRefused(Method operation) {
        Set<String> others = new HashSet<>(Role.KNOWN);
        others.add("unknown");
        others.removeAll(allowed(operation));

        assertThat(KeyRoleFilter.isFor(holder(others), operation)).isFalse();
        assertThat(KeyRoleFilter.isFor(holder(Set.of()), operation)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aKeyWithOneOfItsRolesIsNot(Method operation) {
        assertThat(allowed(operation))
                .allSatisfy(role -> assertThat(KeyRoleFilter.isFor(holder(Set.of(role)), operation))
                        .isTrue());
    }

    @Test
    void thereAreOperations() {
        assertThat(operations()).hasSizeGreaterThan(20);
    }

    /** Says nothing of roles. */
    static boolean open() {
        return true;
    }

    @Test
    void whatSaysNothingOfRolesIsForNoKey() throws Exception {
        Method open = KeyRolesTest.class.getDeclaredMethod("open");

        assertThat(Stream.of("admin", "environments:read").map(role -> holder(Set.of(role))))
                .noneMatch(caller -> KeyRoleFilter.isFor(caller, open));
    }

    /** The other side of it: whom nobody knows comes to none of these. */
    @ParameterizedTest
    @MethodSource("operations")
    void noOperationWithRolesIsForEverybody(Method operation) {
        assertThat(KeyRoleFilter.isForEverybody(operation)).isFalse();
    }
}
