package dev.sandlot;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.sandlot.auth.MembershipFilter;
import dev.sandlot.errors.ErrorPayload;
import dev.sandlot.log.ServerLog;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

@AnalyzeClasses(packages = "dev.sandlot", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule packagesUseOnlyWhatTheyMay = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("log")
            .definedBy("dev.sandlot.log")
            .layer("errors")
            .definedBy("dev.sandlot.errors")
            .layer("http")
            .definedBy("dev.sandlot.http")
            .layer("auth")
            .definedBy("dev.sandlot.auth")
            .layer("database")
            .definedBy("dev.sandlot.database")
            .layer("idempotency")
            .definedBy("dev.sandlot.idempotency")
            .layer("budget")
            .definedBy("dev.sandlot.budget")
            .layer("exchange")
            .definedBy("dev.sandlot.exchange")
            .layer("admission")
            .definedBy("dev.sandlot.admission")
            .layer("task")
            .definedBy("dev.sandlot.task")
            .layer("image")
            .definedBy("dev.sandlot.image")
            .layer("sandbox")
            .definedBy("dev.sandlot.sandbox")
            .layer("sandbox.keeper")
            .definedBy("dev.sandlot.sandbox.keeper")
            .layer("sandbox.local")
            .definedBy("dev.sandlot.sandbox.local")
            .layer("output")
            .definedBy("dev.sandlot.output")
            .layer("records")
            .definedBy("dev.sandlot.records")
            .layer("retention")
            .definedBy("dev.sandlot.retention")
            .layer("worker")
            .definedBy("dev.sandlot.worker")
            .layer("service")
            .definedBy("dev.sandlot.service")
            .layer("proxy")
            .definedBy("dev.sandlot.proxy")
            .layer("environment")
            .definedBy("dev.sandlot.environment")
            .layer("execution")
            .definedBy("dev.sandlot.execution")
            .layer("answers")
            .definedBy("dev.sandlot.answers")
            .layer("ops")
            .definedBy("dev.sandlot.ops")
            .whereLayer("log")
            .mayNotAccessAnyLayer()
            .whereLayer("errors")
            .mayNotAccessAnyLayer()
            .whereLayer("http")
            .mayOnlyAccessLayers("errors", "http", "log")
            .whereLayer("http")
            .mayOnlyAccessLayers("errors", "log")
            .whereLayer("auth")
            .mayOnlyAccessLayers("errors", "log")
            .whereLayer("database")
            .mayOnlyAccessLayers("log")
            .whereLayer("idempotency")
            .mayOnlyAccessLayers("database", "auth", "errors", "http")
            .whereLayer("budget")
            .mayOnlyAccessLayers("auth", "errors", "log")
            .whereLayer("exchange")
            .mayOnlyAccessLayers("budget", "worker", "auth", "errors", "http", "log")
            .whereLayer("admission")
            .mayOnlyAccessLayers("budget", "auth", "errors")
            .whereLayer("task")
            .mayOnlyAccessLayers("image", "sandbox", "database", "auth", "errors", "http", "log")
            .whereLayer("image")
            .mayOnlyAccessLayers("auth", "log")
            .whereLayer("sandbox")
            .mayNotAccessAnyLayer()
            .whereLayer("sandbox.keeper")
            .mayOnlyAccessLayers("sandbox", "log")
            .whereLayer("sandbox.local")
            .mayOnlyAccessLayers("sandbox", "sandbox.keeper", "log")
            .whereLayer("output")
            .mayOnlyAccessLayers("budget", "sandbox", "auth", "errors", "log")
            .whereLayer("records")
            .mayOnlyAccessLayers("output", "database", "budget", "sandbox", "auth", "log")
            .whereLayer("retention")
            .mayOnlyAccessLayers("environment", "records", "worker", "output", "budget", "sandbox", "auth", "log")
            .whereLayer("worker")
            .mayOnlyAccessLayers("log")
            .whereLayer("service")
            .mayOnlyAccessLayers("task", "worker", "sandbox", "log")
            .whereLayer("proxy")
            .mayOnlyAccessLayers(
                    "environment",
                    "service",
                    "budget",
                    "admission",
                    "worker",
                    "task",
                    "sandbox",
                    "auth",
                    "errors",
                    "http",
                    "log")
            .whereLayer("environment")
            .mayOnlyAccessLayers(
                    "records",
                    "exchange",
                    "service",
                    "task",
                    "image",
                    "idempotency",
                    "sandbox",
                    "budget",
                    "worker",
                    "auth",
                    "errors",
                    "http",
                    "log")
            .whereLayer("execution")
            .mayOnlyAccessLayers(
                    "environment",
                    "records",
                    "worker",
                    "output",
                    "idempotency",
                    "budget",
                    "admission",
                    "sandbox",
                    "auth",
                    "errors",
                    "http",
                    "log")
            .whereLayer("answers")
            .mayOnlyAccessLayers(
                    "execution",
                    "environment",
                    "records",
                    "exchange",
                    "worker",
                    "output",
                    "idempotency",
                    "budget",
                    "sandbox",
                    "auth",
                    "errors",
                    "http",
                    "log")
            .whereLayer("ops")
            .mayNotBeAccessedByAnyLayer()
            .ensureAllClassesAreContainedInArchitectureIgnoring("dev.sandlot");

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().matching("dev.sandlot.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule processesOfTheHostStartInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sandlot.sandbox.local")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ProcessBuilder.class)
            .orShould()
            .callMethod(Runtime.class, "exec", String[].class);

    @ArchTest
    static final ArchRule sandboxesAndErrorsKnowNoHttp = noClasses()
            .that()
            .resideInAnyPackage("dev.sandlot.sandbox..", "dev.sandlot.errors")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.ws.rs..", "jakarta.servlet..", "org.jdbi..");

    @ArchTest
    static final ArchRule onlyTheMappersWriteTheEnvelope = noClasses()
            .that()
            .resideOutsideOfPackages("dev.sandlot.errors", "dev.sandlot.http")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ErrorPayload.class);

    /** A database's may hold what tenants have sent: wherever one can come from, only this shows failures. */
    @ArchTest
    static final ArchRule failuresAreLoggedInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.sandlot.log", "dev.sandlot.sandbox..", "dev.sandlot.image", "dev.sandlot.proxy")
            .should()
            .callMethod(Logger.class, "log", Level.class, String.class, Throwable.class)
            .orShould()
            .callMethod(Logger.class, "log", Level.class, Throwable.class, Supplier.class);

    /** It writes the request's id into each line. */
    @ArchTest
    static final ArchRule loggersComeFromOnePlace = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ServerLog.class.getName())
            .should()
            .callMethodWhere(nameMatching("getLogger|getAnonymousLogger|getGlobal"))
            .orShould()
            .callMethod(System.class, "getLogger", String.class)
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("org.slf4j..", "org.jboss.logging..");

    /** Workers carry the request's id to their threads; a common pool, or a pool of somebody's own, does not. */
    @ArchTest
    static final ArchRule workIsHandedToWorkers = noClasses()
            .that()
            .resideOutsideOfPackages("dev.sandlot.worker", "dev.sandlot.ops")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ExecutorService.class)
            .orShould()
            .callMethodWhere(nameMatching("\\w+Async").and(takesNoExecutor()));

    private static DescribedPredicate<JavaCall<?>> nameMatching(String pattern) {
        return DescribedPredicate.describe(
                "a method of a logger or a stage: " + pattern,
                call -> call.getName().matches(pattern)
                        && (call.getTargetOwner().isAssignableTo(Logger.class)
                                || call.getTargetOwner().isAssignableTo(CompletionStage.class)));
    }

    private static DescribedPredicate<JavaCall<?>> takesNoExecutor() {
        return DescribedPredicate.describe(
                "without an executor",
                call -> call.getTarget().getRawParameterTypes().stream()
                        .noneMatch(type -> type.isAssignableTo(Executor.class)));
    }

    @ArchTest
    static final ArchRule threadsComeFromTheContainer = noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Executors.class)
            .orShould()
            .callConstructor(Thread.class, Runnable.class);

    @ArchTest
    static final ArchRule timeComesFromAClock = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    /** By these names of its path's parameters {@link MembershipFilter} knows whose an operation is. */
    @ArchTest
    static final ArchRule everyOperationIsSomebodys = classes()
            .that()
            .areAnnotatedWith(Path.class)
            .should()
            .beAnnotatedWith(DescribedPredicate.describe(
                    "a path below an organization or a workspace",
                    annotation -> annotation
                            .get("value")
                            .map(path -> path.toString().matches("/org/\\{org}/(ws/\\{workspace}/)?[a-z]+"))
                            .orElse(false)));

    @ArchTest
    static final ArchRule resourcesLeaveTheDatabaseToServices = noClasses()
            .that()
            .haveSimpleNameEndingWith("Resource")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.jdbi..", "java.sql..");
}
