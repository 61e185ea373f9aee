package dev.sandlot.sandbox.local;

import org.junit.jupiter.api.extension.RegisterExtension;

/** As root, with the control groups that the host has. */
class RootBackendIT extends LocalSuites {
    @RegisterExtension
    static final LocalHost HOST = LocalHost.asItIs();

    RootBackendIT() {
        super(HOST);
    }
}
