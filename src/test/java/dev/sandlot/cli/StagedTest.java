package dev.sandlot.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StagedTest {
    @TempDir
    private Path folder;

    private static void put(Path below, String name, String content) throws IOException {
        Path file = below.resolve(name);
        Path parent = file.getParent();
        Files.createDirectories(parent == null ? below : parent);
        Files.writeString(file, content);
    }

    private long count() throws IOException {
        try (Stream<Path> there = Files.walk(folder)) {
            return there.count() - 1;
        }
    }

    @Test
    void whatNeverTakesItsPlaceIsNoMore() throws Exception {
        try (Staged file = Staged.file(folder.resolve("f"));
                Staged tree = Staged.folder(folder.resolve("t"))) {
            put(tree.path(), "a/b", "x");
            assertThat(file.path()).exists();
        }

        assertThat(count()).isZero();
    }

    @Test
    void aFileTakesThePlaceOfALinkAndNotOfWhatItLeadsTo() throws Exception {
        put(folder, "precious", "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("precious"));

        try (Staged file = Staged.file(link)) {
            Files.writeString(file.path(), "new");
            file.replace(link);
        }

        assertThat(folder.resolve("precious")).hasContent("old");
        assertThat(link).hasContent("new").isRegularFile();
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void aTreeTakesItsPlaceWhereNothingWas() throws Exception {
        Path target = folder.resolve("way/t");
        try (Staged tree = Staged.folder(target)) {
            put(tree.path(), "a/b", "x");
            tree.settle(target);
        }

        assertThat(target.resolve("a/b")).hasContent("x");
        assertThat(count()).isEqualTo(4);
    }

    @Test
    void aTreeGoesIntoOneThatIsThere() throws Exception {
        put(folder, "t/a/old", "old");
        put(folder, "t/a/b", "old");
        put(folder, "outside", "old");
        Files.createSymbolicLink(folder.resolve("t/a/link"), folder.resolve("outside"));
        Path target = folder.resolve("t");
        try (Staged tree = Staged.folder(target)) {
            put(tree.path(), "a/b", "new");
            put(tree.path(), "a/link", "new");
            put(tree.path(), "c/d", "new");
            tree.settle(target);
        }

        assertThat(target.resolve("a/old")).hasContent("old");
        assertThat(target.resolve("a/b")).hasContent("new");
        assertThat(target.resolve("a/link")).hasContent("new");
        assertThat(target.resolve("c/d")).hasContent("new");
        assertThat(folder.resolve("outside")).hasContent("old");
        assertThat(count()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"z", "z/below"})
    void whereOneThingDoesNotFitNothingIsMoved(String name) throws Exception {
        Path target = Files.createDirectory(folder.resolve("t"));
        Path other = Files.createDirectory(folder.resolve("other"));
        if (name.equals("z")) {
            put(target, "z/below", "old");
        } else {
            Files.createSymbolicLink(target.resolve("z"), other);
        }
        try (Staged tree = Staged.folder(target)) {
            // Some of them are found before the one that does not fit.
            for (int i = 0; i < 40; i++) {
                put(tree.path(), "a" + i, "new");
            }
            put(tree.path(), name, "new");

            assertThatThrownBy(() -> tree.settle(target))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("nothing was written");
        }

        assertThat(other).isEmptyDirectory();
        try (Stream<Path> there = Files.list(target)) {
            assertThat(there).containsExactly(target.resolve("z"));
        }
    }
}
