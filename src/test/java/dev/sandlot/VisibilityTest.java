package dev.sandlot;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.ejb.Singleton;
import jakarta.ejb.Stateless;
import jakarta.servlet.Filter;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.annotation.WebServlet;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.faulttolerance.Asynchronous;
import org.eclipse.microprofile.faulttolerance.Timeout;
import org.eclipse.microprofile.openapi.OASFilter;

/** What a package does not hand out is its own: a type is public because another package or the container needs it. */
@AnalyzeClasses(packages = "dev.sandlot")
class VisibilityTest {
    /** Classes with these are made, called or taken as a parent by the container, from outside of their package. */
    private static final List<Class<? extends Annotation>> CONTAINERS = List.of(
            ApplicationPath.class,
            Path.class,
            Provider.class,
            WebFilter.class,
            WebServlet.class,
            Stateless.class,
            Singleton.class);
    /** Methods with these are called through a class that the container derives. */
    private static final List<Class<? extends Annotation>> INTERCEPTED = List.of(Timeout.class, Asynchronous.class);
    /** Named in a file of configuration. */
    private static final List<Class<?>> CONFIGURED = List.of(Filter.class, OASFilter.class);

    @ArchTest
    static final ArchRule publicIsWhatOthersNeed = classes()
            .that(DescribedPredicate.describe("are a package's public ones", VisibilityTest::isLookedAt))
            .should(new ArchCondition<>("be needed outside of their package") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    boolean isNeeded = isContainers(type)
                            || isJson(type)
                            || isUsedElsewhere(type)
                            || isHandedOut(type)
                            || hasConstants(type);
                    events.add(new SimpleConditionEvent(
                            type, isNeeded, type.getName() + " is public, and only its package uses it"));
                }
            });

    private static boolean isLookedAt(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC) && type.isTopLevelClass() && !isTest(type);
    }

    private static boolean isTest(JavaClass type) {
        return type.getSource()
                .map(Source::getUri)
                .filter(uri -> uri.getPath().contains("/test-classes/"))
                .isPresent();
    }

    private static boolean isContainers(JavaClass type) {
        return CONTAINERS.stream().anyMatch(type::isAnnotatedWith)
                || CONFIGURED.stream().anyMatch(type::isAssignableTo)
                || type.getMethods().stream()
                        .anyMatch(method -> INTERCEPTED.stream().anyMatch(method::isAnnotatedWith))
                || type.tryGetMethod("main", String[].class).isPresent();
    }

    /** Written by JSON Binding, which reads public records only. */
    private static boolean isJson(JavaClass type) {
        return type.isRecord() && type.getSimpleName().matches(".+(View|List)");
    }

    private static boolean isUsedElsewhere(JavaClass type) {
        return type.getPackage().getClasses().stream()
                .filter(part -> isPartOf(part, type))
                .flatMap(part -> part.getDirectDependenciesToSelf().stream())
                .anyMatch(use -> !use.getOriginClass().getPackageName().equals(type.getPackageName()));
    }

    /** Whether it is that type, or nested in it. */
    private static boolean isPartOf(JavaClass part, JavaClass type) {
        return part.equals(type) || part.getName().startsWith(type.getName() + "$");
    }

    /** The compiler copies them: who uses them can't be seen any more. */
    private static boolean hasConstants(JavaClass type) {
        return type.getFields().stream()
                .anyMatch(field -> field.getModifiers()
                                .containsAll(Set.of(JavaModifier.PUBLIC, JavaModifier.STATIC, JavaModifier.FINAL))
                        && (field.getRawType().isPrimitive()
                                || field.getRawType().isEquivalentTo(String.class)));
    }

    /** Others may have it in their hands without a word of it in their code: by a method's answer, as a lambda. */
    private static boolean isHandedOut(JavaClass type) {
        return type.getPackage().getClasses().stream()
                .filter(other -> !isPartOf(other, type) && isVisible(other))
                .flatMap(VisibilityTest::open)
                .flatMap(member -> member.getAllInvolvedRawTypes().stream())
                .anyMatch(named -> isPartOf(named, type));
    }

    private static boolean isVisible(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(VisibilityTest::isVisible).orElse(true);
    }

    private static Stream<? extends JavaMember> open(JavaClass type) {
        return Stream.concat(type.getMethods().stream(), type.getFields().stream())
                .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC)
                        || member.getModifiers().contains(JavaModifier.PROTECTED));
    }
}
