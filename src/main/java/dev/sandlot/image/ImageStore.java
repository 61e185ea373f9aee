package dev.sandlot.image;

import dev.sandlot.auth.Sha256;
import dev.sandlot.files.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Images on disk: {@code layers/<hash>} unpacked, {@code sizes/<hash>} their bytes, {@code images/<hash>} the images'
 * records, {@code names/<hash>} which image a reference meant when it was pulled. What is being made lies in {@code drafts} and is moved when it is whole.
 */
final class ImageStore {
    private final Path layers;
    private final Path sizes;
    private final Path images;
    private final Path names;
    private final Path drafts;

    private ImageStore(Path folder) {
        this.layers = folder.resolve("layers");
        this.sizes = folder.resolve("sizes");
        this.images = folder.resolve("images");
        this.names = folder.resolve("names");
        this.drafts = folder.resolve("drafts");
    }

    /** Opens the store; what an earlier server did not finish goes. Nobody but this user may look into it. */
    static ImageStore open(Path folder) throws IOException {
        Files.createDirectories(folder.resolveSibling(""));
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        ImageStore store = new ImageStore(folder);
        FileTrees.delete(store.drafts);
        for (Path part : List.of(store.layers, store.sizes, store.images, store.names, store.drafts)) {
            Files.createDirectories(part);
        }
        return store;
    }

    /** The mark of removed files, shared by all layers. */
    Path whiteout() {
        return layers.resolveSibling("whiteout");
    }

    /** A name for something that is being made. */
    Path draft() {
        return drafts.resolve(UUID.randomUUID().toString());
    }

    Path layer(String hash) {
        return layers.resolve(hash);
    }

    boolean hasLayer(String hash) {
        return Files.isDirectory(layer(hash));
    }

    /** What a layer takes, in bytes. */
    long layerBytes(String hash) throws IOException {
        return Long.parseLong(Files.readString(sizes.resolve(hash)));
    }

    /** A finished draft becomes the layer, unless there is one: then nothing is done, for they are the same. */
    synchronized void addLayer(Path draft, String hash, long bytes) throws IOException {
        if (hasLayer(hash)) {
            return;
        }
        write(sizes.resolve(hash), Long.toString(bytes));
        Files.move(draft, layer(hash), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The image that the reference names, if all of it is here. */
    Optional<ImageRecord> find(ImageRef ref) throws IOException {
        try {
            String digest = Files.readString(names.resolve(Sha256.of(ref.toString())));
            ImageRecord image = ImageRecord.parse(Files.readString(record(digest)));
            return image.layers().stream().allMatch(layer -> hasLayer(layer.hash()))
                    ? Optional.of(image)
                    : Optional.empty();
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        }
    }

    private Path record(String digest) {
        return images.resolve(ImageManifest.hash(digest));
    }

    void add(ImageRef ref, ImageRecord image) throws IOException {
        write(record(image.digest()), image.toJson());
        write(names.resolve(Sha256.of(ref.toString())), image.digest());
    }

    private void write(Path file, String text) throws IOException {
        Path draft = draft();
        Files.writeString(draft, text);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The image for use, which makes it the youngest. */
    StoredImage use(ImageRecord image, Instant now) throws IOException, ImageException {
        Files.setLastModifiedTime(record(image.digest()), FileTime.from(now));
        List<Path> folders = new ArrayList<>();
        image.layers().forEach(layer -> folders.add(0, layer(layer.hash())));
        return new StoredImage(image.digest(), folders, ImageDefaults.parse(image.configuration()));
    }

    /** All images, that which was used last first. */
    List<ImageRecord> byUse() throws IOException {
        Map<ImageRecord, FileTime> usedAt = new HashMap<>();
        for (Path file : others(images, Set.of())) {
            usedAt.put(ImageRecord.parse(Files.readString(file)), Files.getLastModifiedTime(file));
        }
        return usedAt.entrySet().stream()
                .sorted(Map.Entry.<ImageRecord, FileTime>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** How many there are. */
    int count() throws IOException {
        return others(images, Set.of()).size();
    }

    /** What their layers take. */
    long bytes() throws IOException {
        long bytes = 0;
        for (Path size : others(sizes, Set.of())) {
            bytes += Long.parseLong(Files.readString(size));
        }
        return bytes;
    }

    /**
     * Removes all images but these, and the layers that none of these has and nobody claims. They are out of sight on
     * return; what is returned is left to be deleted, which may take its time.
     */
    List<Path> retain(List<ImageRecord> kept, Predicate<String> isClaimed) throws IOException {
        Set<String> keptImages = new HashSet<>();
        Set<String> keptLayers = new HashSet<>();
        for (ImageRecord image : kept) {
            keptImages.add(ImageManifest.hash(image.digest()));
            image.layers().forEach(layer -> keptLayers.add(layer.hash()));
        }
        for (Path file : others(images, keptImages)) {
            Files.deleteIfExists(file);
        }
        List<Path> removed = new ArrayList<>();
        for (Path folder : others(layers, keptLayers)) {
            String hash = folder.getFileName().toString();
            if (!isClaimed.test(hash)) {
                Path draft = draft();
                Files.move(folder, draft, StandardCopyOption.ATOMIC_MOVE);
                removed.add(draft);
                Files.deleteIfExists(sizes.resolve(hash));
            }
        }
        for (Path name : others(names, Set.of())) {
            if (!keptImages.contains(ImageManifest.hash(Files.readString(name)))) {
                Files.deleteIfExists(name);
            }
        }
        return removed;
    }

    private static List<Path> others(Path folder, Set<String> kept) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> !kept.contains(path.getFileName().toString()))
                    .toList();
        }
    }
}
