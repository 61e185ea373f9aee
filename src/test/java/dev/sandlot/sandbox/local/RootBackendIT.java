package dev.sandlot.sandbox.local;

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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;

/** As root, with the control groups that the host has. */
class RootBackendIT {
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
}
