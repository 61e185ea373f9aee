package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.ConformanceSuite;
import dev.sandlot.sandbox.EscapeSuite;
import dev.sandlot.sandbox.SandboxHost;
import org.junit.jupiter.api.Nested;

/** All suites for the local backend, in one of the ways in which a host may let it work. */
abstract class LocalSuites {
    private final LocalHost host;

    LocalSuites(LocalHost host) {
        this.host = host;
    }

    @Nested
    class Conformance extends ConformanceSuite {
        @Override
        protected SandboxHost host() {
            return host;
        }
    }

    @Nested
    class Escape extends EscapeSuite {
        @Override
        protected SandboxHost host() {
            return host;
        }
    }

    @Nested
    class Own extends LocalSuite {
        Own() {
            super(host, LocalSuites.this.getClass().getSimpleName());
        }
    }
}
