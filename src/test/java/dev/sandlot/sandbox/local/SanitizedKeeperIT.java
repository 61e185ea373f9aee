package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.ConformanceSuite;
import dev.sandlot.sandbox.EscapeSuite;
import dev.sandlot.sandbox.ExhaustionSuite;
import dev.sandlot.sandbox.IdentitySuite;
import dev.sandlot.sandbox.OutputSuite;
import dev.sandlot.sandbox.SharedKernelSuite;
import dev.sandlot.sandbox.ShellSuite;
import dev.sandlot.sandbox.StreamSuite;
import dev.sandlot.sandbox.SystemCallSuite;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;

/** As root, with a keeper that is watched by sanitizers. */
class SanitizedKeeperIT {
    @RegisterExtension
    static final LocalHost HOST = LocalHost.sanitized();

    @Nested
    class Shell extends ShellSuite {
        Shell() {
            super(HOST);
        }
    }

    @Nested
    class SystemCalls extends SystemCallSuite {
        SystemCalls() {
            super(HOST);
        }
    }

    @Nested
    class Conformance extends ConformanceSuite {
        Conformance() {
            super(HOST);
        }
    }

    @Nested
    class Outputs extends OutputSuite {
        Outputs() {
            super(HOST);
        }
    }

    @Nested
    class Escape extends EscapeSuite {
        Escape() {
            super(HOST);
        }
    }

    @Nested
    class Exhaustion extends ExhaustionSuite {
        Exhaustion() {
            super(HOST);
        }
    }

    @Nested
    class Identity extends IdentitySuite {
        Identity() {
            super(HOST);
        }
    }

    @Nested
    class SharedKernel extends SharedKernelSuite {
        SharedKernel() {
            super(HOST);
        }
    }

    @Nested
    class Streams extends StreamSuite {
        Streams() {
            super(HOST);
        }
    }

    @Nested
    class Own extends LocalSuite {
        Own() {
            super(HOST);
        }
    }
}
