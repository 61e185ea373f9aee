package dev.sandlot.sandbox.local;

import java.io.IOException;
import java.nio.file.Path;

/** As root, with a keeper that ends at the first access that is not its own, and at the first undefined behaviour. */
class SanitizedKeeperIT extends LocalBackendFixture {
    @Override
    HostAccess access(LocalConfig config) throws IOException {
        return HostAccess.detect(config.instance());
    }

    @Override
    Path program(Path folder) throws IOException, InterruptedException {
        KeeperSources.make("sanitized", folder);
        return folder.resolve("keeper-sanitized");
    }
}
