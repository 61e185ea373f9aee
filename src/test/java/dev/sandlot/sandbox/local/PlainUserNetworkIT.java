package dev.sandlot.sandbox.local;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@link PlainUserNetwork} as nobody; the servers that it is to reach, or not, are root's. */
@Tag("alone")
class PlainUserNetworkIT {
    @RegisterExtension
    static final TestInternet INTERNET = new TestInternet();

    @TempDir
    private Path folder;

    @Test
    void thePlainUsersNetworkIsAsTight() throws IOException, InterruptedException {
        PlainUserIT.run(PlainUserNetwork.class, folder);
    }
}
