package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.sandlot.sandbox.ConformanceSuite;
import dev.sandlot.sandbox.EscapeSuite;
import dev.sandlot.sandbox.ExhaustionSuite;
import dev.sandlot.sandbox.FileEscapeSuite;
import dev.sandlot.sandbox.FileSuite;
import dev.sandlot.sandbox.IdentitySuite;
import dev.sandlot.sandbox.OutputSuite;
import dev.sandlot.sandbox.ProgramsSuite;
import dev.sandlot.sandbox.SharedKernelSuite;
import dev.sandlot.sandbox.ShellSuite;
import dev.sandlot.sandbox.SteeringSuite;
import dev.sandlot.sandbox.StreamSuite;
import dev.sandlot.sandbox.SystemCallSuite;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** The contract as a user without any right on the host, or with one id; {@link PlainUserIT} runs it in a process of its own. */
class PlainUserContract {
    @RegisterExtension
    static final LocalHost HOST = LocalHost.asItIs();

    @Nested
    class Shell extends ShellSuite {}

    @Nested
    class SystemCalls extends SystemCallSuite {}

    @Nested
    class Conformance extends ConformanceSuite {}

    @Nested
    class Outputs extends OutputSuite {}

    @Nested
    class Escape extends EscapeSuite {}

    @Nested
    class Exhaustion extends ExhaustionSuite {}

    @Nested
    class Identity extends IdentitySuite {}

    @Nested
    class SharedKernel extends SharedKernelSuite {}

    @Nested
    class FileTransfers extends FileSuite {}

    @Nested
    class FileEscape extends FileEscapeSuite {}

    @Nested
    class Streams extends StreamSuite {}

    @Nested
    class Steering extends SteeringSuite {}

    @Nested
    class Programs extends ProgramsSuite {}

    @Nested
    class Own extends LocalSuite {}

    @Nested
    class Warm extends WarmSuite {}

    @Test
    void thisDoesNotRunAsRootOfTheHost() throws IOException {
        assertThat(System.getProperty("user.name").equals("root")
                        && Files.readString(Path.of("/proc/self/uid_map")).contains("4294967295"))
                .isFalse();
    }

    /** Runs the class of that name; exits with 0 only when tests ran and none failed. */
    public static void main(String[] arguments) {
        Launcher launcher = LauncherFactory.create();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        launcher.execute(
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectClass(arguments[0]))
                        .build(),
                summary);
        summary.getSummary().printFailuresTo(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        System.out.println("as a plain user: " + summary.getSummary().getTestsSucceededCount() + " succeeded, "
                + summary.getSummary().getTotalFailureCount() + " failed");
        boolean good = summary.getSummary().getTotalFailureCount() == 0
                && summary.getSummary().getTestsSucceededCount() > 0;
        System.exit(good ? 0 : 1);
    }
}
