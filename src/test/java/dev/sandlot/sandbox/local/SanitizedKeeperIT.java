package dev.sandlot.sandbox.local;

import org.junit.jupiter.api.extension.RegisterExtension;

/** As root, with a keeper that is watched by sanitizers. */
class SanitizedKeeperIT extends LocalSuites {
    @RegisterExtension
    static final LocalHost HOST = LocalHost.sanitized();

    SanitizedKeeperIT() {
        super(HOST);
    }
}
