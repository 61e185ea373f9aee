package dev.sandlot.image;

import dev.sandlot.files.FileTrees;
import dev.sandlot.image.ImageRecord.Layer;
import dev.sandlot.log.ServerLog;
import dev.sandlot.metrics.Measured;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.metrics.Readings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The images of this server. Whoever uses one holds a lease on it until it is on record that the image is in use: until
 * then it is not collected.
 */
public final class Images implements Measured {
    private static final Logger LOG = ServerLog.of(Images.class);

    private final ImageConfig config;
    private final Clock clock;
    private final ImageStore store;
    private final ImagePuller puller;
    private final Claims claims;
    private final Map<ImageRef, Status> statuses = new ConcurrentHashMap<>();
    /** Read: somebody finds images and claims them; write: somebody removes what nobody claims. Never held for long. */
    private final ReadWriteLock collecting;

    private Images(
            ImageConfig config,
            Clock clock,
            ImageStore store,
            ImagePuller puller,
            Claims claims,
            ReadWriteLock collecting) {
        this.config = config;
        this.clock = clock;
        this.store = store;
        this.puller = puller;
        this.claims = claims;
        this.collecting = collecting;
    }

    /**
     * Opens the store.
     *
     * @param keepsOwners whether files keep the owners that the images name
     * @param whiteouts makes the mark of a removed file
     */
    public static Images open(ImageConfig config, Clock clock, boolean keepsOwners, Whiteout.Maker whiteouts)
            throws IOException {
        ImageStore store = ImageStore.open(config.folder());
        ReadWriteLock collecting = new ReentrantReadWriteLock();
        ImagePuller puller = new ImagePuller(config, store, collecting.readLock(), keepsOwners, whiteouts);
        return new Images(config, clock, store, puller, new Claims(), collecting);
    }

    /** How far an image is: the words of a task's {@code template_status}. */
    public enum Status {
        PENDING,
        BUILDING,
        READY,
        FAILED;

        /** The word on the wire. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The right to an image: it stays while this is open. */
    public final class Lease implements AutoCloseable {
        private final StoredImage image;
        private final Claims.Claim claim = claims.open();

        private Lease(StoredImage image) {
            this.image = image;
            claim.add(image.digest());
        }

        /** The image. */
        public StoredImage image() {
            return image;
        }

        @Override
        public void close() {
            claim.close();
        }
    }

    /** The image, if it is here; a tag means what it meant when it was pulled. */
    public Optional<Lease> find(ImageRef ref) throws ImageException {
        collecting.readLock().lock();
        try {
            Optional<ImageRecord> found = store.find(ref);
            return found.isEmpty() ? Optional.empty() : Optional.of(new Lease(store.use(found.get(), clock.instant())));
        } catch (IOException broken) {
            throw unreadable(ref, broken);
        } finally {
            collecting.readLock().unlock();
        }
    }

    /** Pulls the image unless it is here. Bounded by the time for a pull. */
    public Lease pull(ImageRef ref) throws ImageException {
        statuses.put(ref, Status.BUILDING);
        boolean good = false;
        try (Claims.Claim claim = claims.open()) {
            Lease lease = new Lease(store.use(puller.pull(ref, claim), clock.instant()));
            good = true;
            return lease;
        } catch (IOException broken) {
            throw unreadable(ref, broken);
        } finally {
            Metrics.PULLS.count(good ? "ready" : "failed");
            if (good || Thread.currentThread().isInterrupted()) {
                statuses.remove(ref);
            } else {
                statuses.put(ref, Status.FAILED);
            }
        }
    }

    private static ImageException unreadable(ImageRef ref, IOException broken) {
        LOG.log(Level.WARNING, broken, () -> "The image " + ref + " can't be read");
        return new ImageException("The image " + ref + " can't be read", broken);
    }

    /** How far it is. */
    public Status status(ImageRef ref) {
        Status known = statuses.get(ref);
        if (known != null) {
            return known;
        }
        try {
            return store.find(ref).isPresent() ? Status.READY : Status.PENDING;
        } catch (IOException broken) {
            return Status.FAILED;
        }
    }

    /** How long a pull may take. */
    public Duration pullTimeout() {
        return config.pullTimeout();
    }

    /**
     * Makes room when the images take more than they may: those that were used last stay, and those in use.
     *
     * @param inUse digests of images
     */
    public void collect(Set<String> inUse) throws IOException {
        List<Path> removed;
        collecting.writeLock().lock();
        try {
            List<ImageRecord> all = store.byUse();
            List<ImageRecord> kept = kept(all, inUse);
            removed = store.retain(kept, claims::contains);
            if (kept.size() < all.size()) {
                LOG.log(Level.INFO, "{0} images were removed to make room", all.size() - kept.size());
            }
        } finally {
            collecting.writeLock().unlock();
        }
        for (Path folder : removed) {
            FileTrees.delete(folder);
        }
    }

    @Override
    public void measure(Readings readings) {
        readings.set(Metrics.IMAGES_LIMIT, config.cacheLimit());
        try {
            readings.set(Metrics.IMAGES, store.count());
            readings.set(Metrics.IMAGES_BYTES, store.bytes());
        } catch (IOException changing) {
            // Something is being removed; it is told the next time.
            LOG.log(Level.FINE, changing, () -> "The images can't be counted");
        }
    }

    private List<ImageRecord> kept(List<ImageRecord> byUse, Set<String> inUse) {
        List<ImageRecord> kept = new ArrayList<>();
        Set<String> layers = new HashSet<>();
        long bytes = 0;
        for (ImageRecord image : byUse) {
            long more = image.layers().stream()
                    .filter(layer -> !layers.contains(layer.hash()))
                    .mapToLong(Layer::bytes)
                    .sum();
            if (bytes + more <= config.cacheLimit()
                    || inUse.contains(image.digest())
                    || claims.contains(image.digest())) {
                kept.add(image);
                image.layers().forEach(layer -> layers.add(layer.hash()));
                bytes += more;
            }
        }
        return kept;
    }
}
