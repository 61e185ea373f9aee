package dev.sandlot.ops;

import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.local.LocalBackend;
import dev.sandlot.sandbox.local.LocalConfig;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.eclipse.microprofile.config.Config;

/** The backend of this server. */
@Singleton
public class BackendProducer {
    @Produces
    @Singleton
    @Typed({LocalBackend.class, SandboxBackend.class})
    LocalBackend backend(Config config) throws IOException {
        return LocalBackend.start(LocalConfig.from(config));
    }

    void close(@Disposes LocalBackend backend) {
        backend.close();
    }
}
