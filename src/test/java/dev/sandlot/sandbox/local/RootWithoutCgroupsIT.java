package dev.sandlot.sandbox.local;

import org.junit.jupiter.api.extension.RegisterExtension;

/** As root, where control groups are out of reach. */
class RootWithoutCgroupsIT extends LocalSuites {
    @RegisterExtension
    static final LocalHost HOST = LocalHost.withoutCgroups();

    RootWithoutCgroupsIT() {
        super(HOST);
    }
}
