package dev.sandlot.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.image.ImageRecord.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of images, and what goes when there is no room. */
class ImageStoreTest {
    private static final long MIB = 1L << 20;
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path folder;

    private ImageStore store;
    private Images images;

    @BeforeEach
    void open() throws IOException {
        store = ImageStore.open(folder);
        ImageConfig config =
                new ImageConfig(folder, Map.of(), Optional.empty(), 10 * MIB, 20 * MIB, Duration.ofMinutes(1));
        images = Images.open(config, CLOCK, false, path -> {});
    }

    private static ImageRef ref(String name) {
        return ImageRef.parse("registry.example/" + name + ":1");
    }

    /** Adds an image of layers of 8 MiB each; one that is added later was used later. */
    private void add(String name, int usedAtSecond, String... layers) throws IOException, ImageException {
        for (String layer : layers) {
            if (!store.hasLayer(layer)) {
                Path draft = Files.createDirectory(store.draft());
                Files.writeString(draft.resolve("file"), layer);
                store.addLayer(draft, layer, 8 * MIB);
            }
        }
        ImageRecord image = new ImageRecord(
                "sha256:" + name,
                "{}",
                Stream.of(layers).map(layer -> new Layer(layer, 8 * MIB)).toList());
        store.add(ref(name), image);
        store.use(image, Instant.ofEpochSecond(usedAtSecond));
    }

    private List<String> present(String part) throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve(part))) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void anImageIsFoundByItsNameAfterARestartToo() throws Exception {
        add("a", 1, "base", "top");

        Images reopened = Images.open(
                new ImageConfig(folder, Map.of(), Optional.empty(), MIB, MIB, Duration.ofMinutes(1)),
                CLOCK,
                false,
                path -> {});

        try (Images.Lease lease = reopened.find(ref("a")).orElseThrow()) {
            assertThat(lease.image().layers())
                    .containsExactly(folder.resolve("layers/top"), folder.resolve("layers/base"));
        }
        assertThat(reopened.find(ref("other"))).isEmpty();
    }

    @Test
    void theImageThatWasUsedLongestAgoGoesFirst() throws Exception {
        add("old", 1, "one", "shared");
        add("new", 2, "two", "shared");

        images.collect(Set.of());

        assertThat(images.find(ref("old"))).isEmpty();
        assertThat(images.find(ref("new"))).isPresent();
        assertThat(present("layers")).containsExactly("shared", "two");
        assertThat(present("sizes")).containsExactly("shared", "two");
        assertThat(present("images")).containsExactly("new");
        assertThat(present("names")).hasSize(1);
        assertThat(present("drafts")).isEmpty();
    }

    @Test
    void whatIsInUseStays() throws Exception {
        add("old", 1, "one", "two");
        add("new", 2, "three");

        images.collect(Set.of("sha256:old"));

        assertThat(present("layers")).containsExactly("one", "three", "two");
    }

    @Test
    void whatSomebodyIsAboutToUseStays() throws Exception {
        add("old", 1, "one", "two");
        add("new", 2, "three");

        try (Images.Lease lease = images.find(ref("old")).orElseThrow()) {
            store.use(new ImageRecord("sha256:old", "{}", List.of()), Instant.ofEpochSecond(1));
            images.collect(Set.of());
            assertThat(lease.image().layers()).allMatch(Files::isDirectory);
        }
        images.collect(Set.of());

        assertThat(present("layers")).containsExactly("three");
    }

    @Test
    void layersThatWerePulledForNothingGo() throws Exception {
        Path draft = Files.createDirectory(store.draft());
        store.addLayer(draft, "orphan", MIB);

        images.collect(Set.of());

        assertThat(present("layers")).isEmpty();
    }

    @Test
    void whatAnEarlierServerDidNotFinishGoes() throws Exception {
        Files.createDirectories(store.draft().resolve("half/a/layer"));

        ImageStore.open(folder);

        assertThat(present("drafts")).isEmpty();
    }
}
