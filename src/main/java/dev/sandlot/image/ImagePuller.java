package dev.sandlot.image;

import dev.sandlot.files.FileTrees;
import dev.sandlot.image.Claims.Claim;
import dev.sandlot.image.ImageManifest.Blob;
import dev.sandlot.image.ImageRecord.Layer;
import dev.sandlot.log.ServerLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Brings images from their registries into the store. What two want at once is fetched once. */
final class ImagePuller {
    private static final Logger LOG = ServerLog.of(ImagePuller.class);
    private static final int CONFIGURATION_MAX = 8 << 20;
    private static final int LAYERS_MAX = 127;

    private final ImageConfig config;
    private final ImageStore store;
    private final Lock collecting;
    private final Whiteout whiteout;
    private final boolean keepsOwners;
    private final Map<Object, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** {@code collecting}: while it is held, nothing is collected. */
    ImagePuller(ImageConfig config, ImageStore store, Lock collecting, boolean keepsOwners, Whiteout.Maker whiteouts) {
        this.config = config;
        this.store = store;
        this.collecting = collecting;
        this.whiteout = new Whiteout(store.whiteout(), whiteouts);
        this.keepsOwners = keepsOwners;
    }

    /** A layer of another registry is another: nobody waits for a registry that he has not named. */
    private record Download(String server, String digest) {}

    private interface Work<T> {
        T run() throws IOException, ImageException;
    }

    /** {@code claim} gets what the image has, so that it stays. */
    ImageRecord pull(ImageRef ref, Claim claim) throws ImageException {
        long deadline = System.nanoTime() + config.pullTimeout().toNanos();
        try {
            return alone(ref, deadline, () -> {
                Optional<ImageRecord> known = find(ref, claim);
                return known.isPresent() ? known.get() : pullFromAny(ref, claim, deadline);
            });
        } catch (IOException broken) {
            LOG.log(Level.WARNING, broken, () -> "The image " + ref + " can't be pulled");
            throw new ImageException(
                    "The image " + ref + " can't be pulled: its registry can't be reached, or broke off", broken);
        }
    }

    private Optional<ImageRecord> find(ImageRef ref, Claim claim) throws IOException {
        collecting.lock();
        try {
            Optional<ImageRecord> found = store.find(ref);
            found.ifPresent(image -> claim.add(image.digest()));
            return found;
        } finally {
            collecting.unlock();
        }
    }

    /** Whether it is here; then, and when it comes, it stays. */
    private boolean hasLayer(Blob blob, Claim claim) {
        collecting.lock();
        try {
            claim.add(blob.hash());
            return store.hasLayer(blob.hash());
        } finally {
            collecting.unlock();
        }
    }

    private void add(ImageRef ref, ImageRecord image, Claim claim) throws IOException {
        collecting.lock();
        try {
            claim.add(image.digest());
            store.add(ref, image);
        } finally {
            collecting.unlock();
        }
    }

    /** Works on {@code what}, one at a time; the others wait, no longer than until {@code deadline}. */
    private <T> T alone(Object what, long deadline, Work<T> work) throws IOException, ImageException {
        ReentrantLock lock = locks.computeIfAbsent(what, key -> new ReentrantLock());
        boolean mine = false;
        try {
            mine = lock.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (!mine) {
                throw new ImageException("The image could not be pulled in time");
            }
            return work.run();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new ImageException("The server stopped while the image was pulled", stopped);
        } finally {
            if (mine) {
                lock.unlock();
            }
            if (!lock.isLocked() && !lock.hasQueuedThreads()) {
                locks.remove(what, lock);
            }
        }
    }

    /** From the mirror, where there is one, else from the registry itself. */
    private ImageRecord pullFromAny(ImageRef ref, Claim claim, long deadline) throws IOException, ImageException {
        String mirror = config.mirrors().get(ref.registry());
        if (mirror != null) {
            try {
                return pullFrom(mirror, ref, claim, deadline);
            } catch (IOException | ImageException without) {
                LOG.log(Level.INFO, "The mirror {0} does not give {1}: {2}", new Object[] {
                    mirror, ref, without.getMessage()
                });
            }
        }
        return pullFrom(ref.registry(), ref, claim, deadline);
    }

    private ImageRecord pullFrom(String server, ImageRef ref, Claim claim, long deadline)
            throws IOException, ImageException {
        Budget budget = new Budget(config.imageLimit(), deadline);
        try (Registry registry = Registry.open(server, ref, config)) {
            ImageManifest manifest = registry.manifest(ref);
            if (manifest.layers().size() > LAYERS_MAX) {
                throw new ImageException("The image has more than " + LAYERS_MAX + " layers");
            }
            budget.announce(manifest.layers());
            String configuration = configuration(registry, manifest, budget);
            List<Layer> layers = new ArrayList<>();
            for (Blob blob : distinct(manifest.layers())) {
                layers.add(alone(
                        new Download(server, blob.digest()), deadline, () -> layer(registry, blob, claim, budget)));
            }
            ImageRecord image = new ImageRecord(manifest.digest(), configuration, layers);
            add(ref, image, claim);
            LOG.log(Level.INFO, "The image {0} is here: {1}", new Object[] {ref, manifest.digest()});
            return image;
        }
    }

    private static String configuration(Registry registry, ImageManifest manifest, Budget budget)
            throws IOException, ImageException {
        if (manifest.config().size() > CONFIGURATION_MAX) {
            throw new ImageException("The image's configuration is larger than 8 MiB");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        registry.fetch(manifest.config(), new BoundedOutput(bytes, manifest.config(), budget));
        String configuration = bytes.toString(StandardCharsets.UTF_8);
        ImageDefaults.parse(configuration);
        return configuration;
    }

    /** A layer that comes twice counts where it is the upper one; overlayfs takes none twice. */
    private static List<Blob> distinct(List<Blob> layers) {
        List<Blob> distinct = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            Blob layer = layers.get(i);
            if (layers.subList(i + 1, layers.size()).stream()
                    .noneMatch(later -> later.digest().equals(layer.digest()))) {
                distinct.add(layer);
            }
        }
        return distinct;
    }

    private Layer layer(Registry registry, Blob blob, Claim claim, Budget budget) throws IOException, ImageException {
        if (hasLayer(blob, claim)) {
            long bytes = store.layerBytes(blob.hash());
            budget.take(bytes);
            return new Layer(blob.hash(), bytes);
        }
        return addLayer(registry, blob, budget);
    }

    /** The archive is checked as a whole before anything of it is looked at. */
    private Layer addLayer(Registry registry, Blob blob, Budget budget) throws IOException, ImageException {
        Path archive = store.draft();
        Path folder = store.draft();
        long before = budget.used();
        try {
            try (OutputStream file = new BoundedOutput(Files.newOutputStream(archive), blob, budget)) {
                registry.fetch(blob, file);
            }
            Files.createDirectory(folder);
            try (InputStream bytes = Files.newInputStream(archive)) {
                new LayerUnpacker(folder, whiteout, keepsOwners, budget).unpack(bytes);
            }
            long bytes = budget.used() - before;
            store.addLayer(folder, blob.hash(), bytes);
            return new Layer(blob.hash(), bytes);
        } finally {
            Files.deleteIfExists(archive);
            FileTrees.delete(folder);
        }
    }
}
