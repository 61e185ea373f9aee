package dev.sandlot.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreesTest {
    @TempDir
    private Path folder;

    @Test
    void allOfItGoes() throws IOException {
        Path tree = folder.resolve("tree");
        Files.createDirectories(tree.resolve("a/b/c"));
        Files.writeString(tree.resolve("a/b/file"), "x");

        FileTrees.delete(tree);

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatALinkLeadsToStays() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Path kept = Files.writeString(outside.resolve("kept"), "x");
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Files.createSymbolicLink(tree.resolve("link"), outside);
        Files.createSymbolicLink(tree.resolve("dangling"), folder.resolve("nowhere"));

        FileTrees.delete(tree);

        assertThat(tree).doesNotExist();
        assertThat(kept).hasContent("x");
    }

    @Test
    void aFileAndALinkGoByThemselves() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));

        FileTrees.delete(file);
        FileTrees.delete(link);

        assertThat(file).doesNotExist();
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    @Test
    void whatIsNotThereIsRemoved() {
        assertThatCode(() -> FileTrees.delete(folder.resolve("nothing/at/all"))).doesNotThrowAnyException();
    }
}
