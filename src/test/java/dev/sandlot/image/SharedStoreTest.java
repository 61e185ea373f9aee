package dev.sandlot.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.Apart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody's registry takes its time, and holds up nobody who has not named it. */
class SharedStoreTest {
    @TempDir
    private Path folder;

    private final CountDownLatch given = new CountDownLatch(1);

    /** One in which no image stays that nobody uses. */
    private Images images() throws IOException {
        ImageConfig config =
                new ImageConfig(folder, Map.of(), Optional.empty(), 1 << 20, 1 << 20, Duration.ofMinutes(2));
        return Images.open(config, Clock.systemUTC(), false, path -> {});
    }

    private static byte[] layer(String content) throws IOException {
        return new TestLayer().file("file", content).gzip();
    }

    /** Completes with the image's NAME and what its uppermost layer has in {@code file}. */
    private static CompletableFuture<String> pull(Images images, OneImageRegistry from) {
        return Apart.supply(() -> {
            try (Images.Lease lease = images.pull(from.ref())) {
                String file = Files.readString(lease.image().layers().get(0).resolve("file"));
                assertThat(lease.image().layers()).allMatch(Files::isDirectory);
                return lease.image().defaults().env().get("NAME") + ": " + file;
            } catch (ImageException | IOException broken) {
                throw new IllegalStateException(broken);
            }
        });
    }

    @Test
    void theSameLayerOfAnotherRegistryIsNotWaitedFor() throws Exception {
        Images images = images();
        try (OneImageRegistry slow = OneImageRegistry.slow("slow", given, layer("same"));
                OneImageRegistry quick = OneImageRegistry.open("quick", layer("same"))) {
            CompletableFuture<String> waiting = pull(images, slow);
            assertThat(slow.awaitsLastLayer()).isTrue();

            assertThat(pull(images, quick).get(1, TimeUnit.MINUTES)).isEqualTo("quick: same");
            assertThat(waiting).isNotDone();

            given.countDown();
            assertThat(waiting.get(1, TimeUnit.MINUTES)).isEqualTo("slow: same");
        }
    }

    @Test
    void imagesAreCollectedThoughSomebodyPullsAllTheTime() throws Exception {
        Images images = images();
        try (OneImageRegistry old = OneImageRegistry.open(
                        "old", new TestLayer().file("file", "x".repeat(600_000)).gzip());
                OneImageRegistry used = OneImageRegistry.open(
                        "used",
                        new TestLayer().file("file", "y".repeat(600_000)).gzip());
                OneImageRegistry slow = OneImageRegistry.slow("slow", given, layer("below"), layer("above"))) {
            pull(images, old).get(1, TimeUnit.MINUTES);
            String last = pull(images, used).get(1, TimeUnit.MINUTES);
            CompletableFuture<String> waiting = pull(images, slow);
            assertThat(slow.awaitsLastLayer()).isTrue();

            images.collect(Set.of());

            assertThat(images.find(old.ref())).isEmpty();
            assertThat(last).startsWith("used: y");
            given.countDown();
            assertThat(waiting.get(1, TimeUnit.MINUTES))
                    .as("what it had pulled by then is still there")
                    .isEqualTo("slow: above");
        }
    }
}
