package dev.sandlot.sandbox.local;

import java.io.IOException;

/** As root, with the control groups that the host has. */
class RootBackendIT extends LocalBackendFixture {
    @Override
    HostAccess access(LocalConfig config) throws IOException {
        return HostAccess.detect(config.instance());
    }
}
