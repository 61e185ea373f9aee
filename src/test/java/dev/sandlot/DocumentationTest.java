package dev.sandlot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Sets;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
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
    private static final Pattern SETTING = Pattern.compile("\"(sandlot(?:\\.[a-z]+)+)\"");
    private static final Pattern PREFIX = Pattern.compile("\"(sandlot\\.[a-z.]+\\.)\"");
    private static final Pattern LIMIT = Pattern.compile("= \"([a-z.]+)\";");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]*)(?:#([^)]+))?\\)");
    private static final Pattern CLASS = Pattern.compile("`([A-Z][A-Za-z]+(?:Test|E2E|IT|Suite))`");

    static Stream<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(Stream.of(Path.of("README.md")), docs.sorted().toList().stream());
        }
    }

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<String> texts = new ArrayList<>();
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                texts.add(Files.readString(file));
            }
            return texts;
        }
    }

    private static Set<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String variable(String property) {
        return property.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** The settings that the code reads. */
    private static Set<String> settings() throws IOException {
        Set<String> settings = new TreeSet<>();
        for (String source : sources()) {
            matches(SETTING, source).forEach(property -> settings.add(variable(property)));
            for (String prefix : matches(PREFIX, source)) {
                matches(LIMIT, source).stream()
                        .filter(name -> !name.startsWith("sandlot"))
                        .forEach(name -> settings.add(variable(prefix + name)));
            }
        }
        return settings;
    }

    /** The name that is meant: {@code _MAX} beside SANDLOT_LIFETIME_DEFAULT is SANDLOT_LIFETIME_MAX. */
    private static String meant(String first, String name, Set<String> known) {
        if (!name.startsWith("_")) {
            return name;
        }
        return Stream.iterate(first, text -> text.contains("_"), text -> text.substring(0, text.lastIndexOf('_')))
                .map(start -> start + name)
                .filter(known::contains)
                .findFirst()
                .orElse(first + " with " + name);
    }

    @Test
    void everySettingIsInTheTableAndNoOther() throws Exception {
        Set<String> known = settings();
        Set<String> told = new TreeSet<>();
        for (List<String> row : DocumentedOperation.rows(Path.of("docs/operate.md"))) {
            List<String> names = CODE.matcher(row.get(1))
                    .results()
                    .map(match -> match.group(1))
                    .filter(name -> name.startsWith("SANDLOT_") || name.startsWith("_"))
                    .toList();
            names.forEach(name -> told.add(meant(names.get(0), name, known)));
        }

        assertThat(Sets.difference(known, told))
                .as("settings that are not told")
                .isEmpty();
        assertThat(Sets.difference(told, known))
                .as("what is told, and is no setting")
                .isEmpty();
    }

    private static String path(Class<?> resource, Method method) {
        jakarta.ws.rs.Path below = method.getAnnotation(jakarta.ws.rs.Path.class);
        return (resource.getAnnotation(jakarta.ws.rs.Path.class).value() + (below == null ? "" : below.value()))
                .replace("/org/{org}/ws/{workspace}", "W")
                .replace("/org/{org}/tasks", "T");
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
                if (method.isAnnotatedWith(Operation.class)) {
                    Method reflected = method.reflect();
                    assertThat(reflected.isAnnotationPresent(RolesAllowed.class)
                                    || type.reflect().isAnnotationPresent(RolesAllowed.class))
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
                        .as(link.group())
                        .anyMatch(line -> line.replaceFirst("^#+ ", "#")
                                .toLowerCase(Locale.ROOT)
                                .replace(' ', '-')
                                .equals("#" + link.group(2)));
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
