package dev.sandlot;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sandlot.settings.Setting;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HttpMethod;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documentation says of the code is so. */
class DocumentationTest {
    private static final Pattern SETTING = Pattern.compile("\\| `(SANDLOT|MP)_");
    private static final Pattern VARIABLE =
            Pattern.compile("<variable name=\"((?:sandlot|mp)\\.[a-z.]+)\" defaultValue=\"([^\"]*)\"/>");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]*)(?:#([^)]+))?\\)");
    private static final Pattern CLASS = Pattern.compile("`([A-Z][A-Za-z]+(?:Test|E2E|IT|Suite))`");

    static Stream<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(Stream.of(Path.of("README.md")), docs.sorted().toList().stream());
        }
    }

    private static Set<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String row(Setting<?> setting) {
        String absent = setting.absent().isEmpty() ? "none" : setting.absent();
        return "| `%s` | %s | %s | %s |".formatted(setting.variable(), absent, setting.range(), setting.meaning());
    }

    /** What the rows have to be is left in target/settings.md. */
    @Test
    void everySettingIsInTheTablesAndNoOther() throws Exception {
        List<String> rows =
                SettingsOfAll.list().all().stream().map(DocumentationTest::row).toList();
        Files.write(Path.of("target/settings.md"), rows);

        assertThat(Files.readAllLines(Path.of("docs/operate.md")))
                .filteredOn(line -> SETTING.matcher(line).lookingAt())
                .containsExactlyInAnyOrderElementsOf(rows);
    }

    @Test
    void theServersOwnVariablesAreTheDefaultsThatAreTold() throws Exception {
        Map<String, Setting<?>> settings =
                SettingsOfAll.list().all().stream().collect(Collectors.toMap(Setting::key, setting -> setting));
        for (MatchResult variable : VARIABLE.matcher(Files.readString(Path.of("liberty/sandlot.xml")))
                .results()
                .toList()) {
            assertThat(settings).containsKey(variable.group(1));
            String absent = requireNonNull(settings.get(variable.group(1))).absent();
            // Those that name other variables are told in words.
            if (absent.matches("[\\w.]*")) {
                assertThat(variable.group(2)).as(variable.group(1)).isEqualTo(absent);
            }
        }
    }

    private static String path(Class<?> resource, Method method) {
        jakarta.ws.rs.Path below = method.getAnnotation(jakarta.ws.rs.Path.class);
        return (resource.getAnnotation(jakarta.ws.rs.Path.class).value() + (below == null ? "" : below.value()))
                .replace("/org/{org}/ws/{workspace}", "W")
                .replace("/org/{org}/tasks", "T")
                .replace("/org/{org}", "O")
                .replaceFirst("^/user", "U");
    }

    private static String verb(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(verb -> verb != null)
                .map(HttpMethod::value)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyOperationIsInTheTable() throws Exception {
        List<String> built = new ArrayList<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.sandlot")) {
            for (JavaMethod method : type.getMethods()) {
                if (method.isAnnotatedWith(Operation.class)
                        && !method.getAnnotationOfType(Operation.class).hidden()) {
                    Method reflected = method.reflect();
                    assertThat(reflected.isAnnotationPresent(RolesAllowed.class)
                                    || type.reflect().isAnnotationPresent(RolesAllowed.class)
                                    || type.reflect().isAnnotationPresent(PermitAll.class))
                            .as("who may " + method.getFullName())
                            .isTrue();
                    built.add(reflected.getAnnotation(Operation.class).operationId() + " " + verb(reflected) + " "
                            + path(type.reflect(), reflected));
                }
            }
        }
        List<String> told = DocumentedOperation.all().stream()
                .map(operation -> operation.id() + " " + operation.request())
                .toList();

        assertThat(told).containsExactlyInAnyOrderElementsOf(built);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void linksAndTestsAreThere(Path document) throws Exception {
        String text = Files.readString(document);
        for (MatchResult link : LINK.matcher(text).results().toList()) {
            Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
            assertThat(target).exists();
            if (link.group(2) != null) {
                assertThat(Files.readAllLines(target))
                        .as("of two headings of that name a link means the first: " + link.group())
                        .filteredOn(line -> line.replaceFirst("^#+ ", "#")
                                .toLowerCase(Locale.ROOT)
                                .replace(' ', '-')
                                .equals("#" + link.group(2)))
                        .hasSize(1);
            }
        }
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            Set<String> tests = files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
            assertThat(tests).containsAll(matches(CLASS, text));
        }
    }

    @Test
    void theReadmeIsShort() throws Exception {
        List<String> lines = Files.readAllLines(Path.of("README.md"));

        assertThat(lines).hasSizeLessThanOrEqualTo(150);
        assertThat(lines)
                .allSatisfy(line -> assertThat(line.codePointCount(0, line.length()))
                        .as(line)
                        .isLessThanOrEqualTo(120));
    }
}
