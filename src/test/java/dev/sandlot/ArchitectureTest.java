package dev.sandlot;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.sandlot.auth.MembershipFilter;
import dev.sandlot.auth.Role;
import dev.sandlot.environment.EnvironmentRepository;
import dev.sandlot.environment.Environments;
import dev.sandlot.environment.Transition;
import dev.sandlot.errors.ErrorPayload;
import dev.sandlot.log.ServerLog;
import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Setting;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

@AnalyzeClasses(packages = "dev.sandlot", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final int RECORD_PARTS_MAX = 10;

    @ArchTest
    static final ArchRule packagesUseOnlyWhatTheyMay = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("log")
            .definedBy("dev.sandlot.log")
            .layer("metrics")
            .definedBy("dev.sandlot.metrics")
            .layer("settings")
            .definedBy("dev.sandlot.settings")
            .layer("files")
            .definedBy("dev.sandlot.files")
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
            .layer("quota")
            .definedBy("dev.sandlot.quota")
            .layer("trace")
            .definedBy("dev.sandlot.trace")
            .layer("usage")
            .definedBy("dev.sandlot.usage")
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
            .layer("audit")
            .definedBy("dev.sandlot.audit")
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
            .layer("filetransfer")
            .definedBy("dev.sandlot.filetransfer")
            .layer("mcp")
            .definedBy("dev.sandlot.mcp")
            .layer("cli")
            .definedBy("dev.sandlot.cli")
            .layer("scopes")
            .definedBy("dev.sandlot.scopes")
            .layer("keys")
            .definedBy("dev.sandlot.keys")
            .layer("devicelogin")
            .definedBy("dev.sandlot.devicelogin")
            .layer("admin")
            .definedBy("dev.sandlot.admin")
            .layer("ops")
            .definedBy("dev.sandlot.ops")
            .whereLayer("log")
            .mayNotAccessAnyLayer()
            .whereLayer("metrics")
            .mayNotAccessAnyLayer()
            .whereLayer("settings")
            .mayNotAccessAnyLayer()
            .whereLayer("files")
            .mayNotAccessAnyLayer()
            .whereLayer("errors")
            .mayNotAccessAnyLayer()
            .whereLayer("http")
            .mayOnlyAccessLayers("errors", "log", "metrics")
            .whereLayer("auth")
            .mayOnlyAccessLayers("errors", "log", "settings")
            .whereLayer("database")
            .mayOnlyAccessLayers("log", "metrics", "settings")
            .whereLayer("idempotency")
            .mayOnlyAccessLayers("database", "auth", "errors", "http")
            .whereLayer("budget")
            .mayOnlyAccessLayers("auth", "errors", "log")
            .whereLayer("quota")
            .mayOnlyAccessLayers("budget", "auth", "errors", "log", "settings")
            .whereLayer("trace")
            .mayOnlyAccessLayers("log")
            .whereLayer("trace")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("usage")
            .mayOnlyAccessLayers("environment", "admission", "output", "quota", "budget", "auth", "errors", "http")
            .whereLayer("exchange")
            .mayOnlyAccessLayers("budget", "worker", "auth", "errors", "http", "log", "metrics", "settings")
            .whereLayer("admission")
            .mayOnlyAccessLayers("quota", "budget", "auth", "errors", "metrics", "settings")
            .whereLayer("task")
            .mayOnlyAccessLayers("image", "sandbox", "database", "auth", "errors", "http", "log", "settings")
            .whereLayer("image")
            .mayOnlyAccessLayers("files", "auth", "log", "metrics", "settings")
            .whereLayer("sandbox")
            .mayNotAccessAnyLayer()
            .whereLayer("sandbox.keeper")
            .mayOnlyAccessLayers("sandbox", "log")
            .whereLayer("sandbox.local")
            .mayOnlyAccessLayers("sandbox", "sandbox.keeper", "log", "metrics", "settings")
            .whereLayer("output")
            .mayOnlyAccessLayers("files", "quota", "budget", "sandbox", "auth", "errors", "log", "metrics", "settings")
            .whereLayer("records")
            .mayOnlyAccessLayers(
                    "audit", "output", "quota", "database", "budget", "sandbox", "auth", "log", "metrics", "settings")
            .whereLayer("audit")
            .mayOnlyAccessLayers("database", "auth", "http", "log", "settings")
            .whereLayer("retention")
            .mayOnlyAccessLayers(
                    "environment", "records", "database", "worker", "output", "budget", "sandbox", "auth", "log")
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
                    "log",
                    "settings")
            .whereLayer("environment")
            .mayOnlyAccessLayers(
                    "admission",
                    "records",
                    "exchange",
                    "service",
                    "task",
                    "image",
                    "idempotency",
                    "database",
                    "sandbox",
                    "quota",
                    "budget",
                    "worker",
                    "auth",
                    "errors",
                    "http",
                    "log",
                    "metrics",
                    "settings")
            .whereLayer("execution")
            .mayOnlyAccessLayers(
                    "environment",
                    "audit",
                    "records",
                    "worker",
                    "output",
                    "idempotency",
                    "quota",
                    "budget",
                    "admission",
                    "sandbox",
                    "auth",
                    "errors",
                    "http",
                    "log",
                    "metrics")
            .whereLayer("answers")
            .mayOnlyAccessLayers(
                    "execution",
                    "environment",
                    "audit",
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
                    "log",
                    "metrics",
                    "settings",
                    "settings")
            .whereLayer("filetransfer")
            .mayOnlyAccessLayers(
                    "environment",
                    "audit",
                    "metrics",
                    "exchange",
                    "worker",
                    "output",
                    "files",
                    "budget",
                    "sandbox",
                    "auth",
                    "errors",
                    "http",
                    "log",
                    "settings")
            .whereLayer("mcp")
            .mayOnlyAccessLayers(
                    "answers",
                    "filetransfer",
                    "execution",
                    "environment",
                    "audit",
                    "records",
                    "exchange",
                    "worker",
                    "output",
                    "sandbox",
                    "auth",
                    "errors",
                    "http",
                    "log")
            .whereLayer("mcp")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("cli")
            .mayNotAccessAnyLayer()
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("scopes")
            .mayOnlyAccessLayers("environment", "database", "auth", "errors", "settings")
            .whereLayer("keys")
            .mayOnlyAccessLayers("scopes", "database", "auth", "errors", "http", "log", "settings")
            .whereLayer("devicelogin")
            .mayOnlyAccessLayers("scopes", "exchange", "budget", "worker", "auth", "errors", "http", "log", "settings")
            .whereLayer("admin")
            .mayOnlyAccessLayers(
                    "audit", "environment", "admission", "exchange", "quota", "usage", "auth", "errors", "http")
            .whereLayer("admin")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("ops")
            .mayNotBeAccessedByAnyLayer()
            .ensureAllClassesAreContainedInArchitectureIgnoring("dev.sandlot");

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().matching("dev.sandlot.(**)").should().beFreeOfCycles();

    /** Of classes, not of packages: whoever reads one can read first what it rests on. */
    @ArchTest
    static final ArchRule classesAreFreeOfCycles =
            slices().assignedFrom(new TopLevelClasses()).should().beFreeOfCycles();

    private static final class TopLevelClasses implements SliceAssignment {
        @Override
        public String getDescription() {
            return "classes with those in them";
        }

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass one) {
            return SliceIdentifier.of(one.getName().replaceFirst("\\$.*", ""));
        }
    }

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

    @ArchTest
    static final ArchRule environmentsMoveFromStateToStateInOnePlace = noClasses()
            .that()
            .areNotAssignableTo(Environments.class)
            .should()
            .callMethod(EnvironmentRepository.class, "move", UUID.class, Transition.class);

    /**
     * Of many parts one is soon taken for another: those that belong together are a record. The wire has its own
     * shapes.
     */
    @ArchTest
    static final ArchRule recordsHaveFewParts = noClasses()
            .that()
            .areRecords()
            .and()
            .haveSimpleNameNotEndingWith("View")
            .should(new ArchCondition<JavaClass>("have more than " + RECORD_PARTS_MAX + " parts") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    int parts = type.reflect().getRecordComponents().length;
                    events.add(new SimpleConditionEvent(
                            type, parts > RECORD_PARTS_MAX, type.getName() + " has " + parts + " parts"));
                }
            });

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
            .and()
            .resideOutsideOfPackages("dev.sandlot.admin", "dev.sandlot.devicelogin")
            .should()
            .beAnnotatedWith(DescribedPredicate.describe(
                    "a path below an organization, a workspace or the caller",
                    annotation -> annotation
                            .get("value")
                            .map(path -> path.toString()
                                    .matches("/org/\\{org}(/(ws/\\{workspace}/)?[a-z]+)?|/user(/[a-z-]+)?"))
                            .orElse(false)));

    @ArchTest
    static final ArchRule whatIsNobodysIsTheOperators = classes()
            .that()
            .areAnnotatedWith(Path.class)
            .and()
            .resideInAPackage("dev.sandlot.admin")
            .should()
            .beAnnotatedWith(DescribedPredicate.describe(
                    "the operator's role alone",
                    annotation -> annotation.getRawType().isEquivalentTo(RolesAllowed.class)
                            && annotation
                                    .get("value")
                                    .map(roles -> Arrays.equals((Object[]) roles, new String[] {Role.ADMIN}))
                                    .orElse(false)));

    /** Whoever comes there is a stranger, and nowhere else may one come. */
    @ArchTest
    static final ArchRule whatIsForEverybodyIsInOnePlace = classes()
            .that()
            .areAnnotatedWith(Path.class)
            .and()
            .resideInAPackage("dev.sandlot.devicelogin")
            .should()
            .beAnnotatedWith(PermitAll.class)
            .andShould()
            .notBeAnnotatedWith(RolesAllowed.class);

    @ArchTest
    static final ArchRule noOtherResourceIsForEverybody = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sandlot.devicelogin")
            .should()
            .beAnnotatedWith(PermitAll.class);

    @ArchTest
    static final ArchRule noOperationByItselfIsForEverybody =
            noMethods().should().beAnnotatedWith(PermitAll.class);

    /** So that there is one list of them, one way of refusing a value, and no default that stands twice. */
    @ArchTest
    static final ArchRule settingsAreReadInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sandlot.settings")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.microprofile.config..");

    /** There the list of settings finds them. */
    @ArchTest
    static final ArchRule settingsAreDeclaredBesideTheirRecord = fields().that()
            .haveRawType(Setting.class)
            .should()
            .beDeclaredInClassesThat()
            .areAssignableTo(Configured.class)
            .andShould()
            .beFinal()
            .andShould()
            .beStatic();

    @ArchTest
    static final ArchRule resourcesLeaveTheDatabaseToServices = noClasses()
            .that()
            .haveSimpleNameEndingWith("Resource")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.jdbi..", "java.sql..");
}
