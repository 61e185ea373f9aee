package dev.sandlot.ops;

import dev.sandlot.image.ImageConfig;
import dev.sandlot.image.Images;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.local.LocalBackend;
import dev.sandlot.sandbox.local.LocalConfig;
import dev.sandlot.worker.Workers;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** The backend of this server, and the images that it makes sandboxes from. */
@Singleton
class BackendProducer {
    private volatile @Nullable LocalBackend made;

    @Produces
    @Singleton
    @Typed({LocalBackend.class, SandboxBackend.class})
    LocalBackend backend(LocalConfig config, Workers workers) throws IOException {
        LocalBackend backend = LocalBackend.start(config, workers::executeApart);
        made = backend;
        return backend;
    }

    @Produces
    @Singleton
    Images images(ImageConfig config, Clock clock, LocalBackend backend) throws IOException {
        return Images.open(config, clock, backend.keepsOwners(), backend::makeWhiteout);
    }

    /** For a server that ends without disposing of its beans. Does nothing when there is none. */
    void closeMade() {
        LocalBackend backend = made;
        if (backend != null) {
            backend.close();
        }
    }

    void close(@Disposes LocalBackend backend) {
        backend.close();
    }
}
