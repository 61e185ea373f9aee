package dev.sandlot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemotePathTest {
    private static final String ID = "8d9c0000-0000-4000-8000-000000000001";

    @TempDir
    private Path folder;

    private static RemotePath path(String path) {
        return RemotePath.find(ID + ":" + path).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "./8d9c0000-0000-4000-8000-000000000001:x", "-", "C:\\x", "a:b", ID})
    void whatHasNoIdBeforeAColonIsHere(String word) {
        assertThat(RemotePath.find(word)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b, b, /a",
        "/a/b//, b, /a",
        "a, a, .",
        "a/b, b, a",
        "/a, a, /",
        "'', '', .",
        "/, '', .",
        "a/., '', a",
        "a/.., '', a",
        "'a\nb:c', 'a\nb:c', ."
    })
    void aPathHasANameAndIsSomewhere(String path, String name, String parent) {
        assertThat(path(path).name()).isEqualTo(name);
        assertThat(path(path).parent().path()).isEqualTo(parent);
    }

    @Test
    void aChildIsBelowIt() {
        assertThat(path("/a").child("b").path()).isEqualTo("/a/b");
        assertThat(path("/").child("b").path()).isEqualTo("/b");
        assertThat(path("").child("b").path()).isEqualTo("./b");
    }

    @Test
    void intoAFolderThatIsThereItGoesByItsName() throws Exception {
        String there = folder.toString();
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(Download.target(path("/x/y"), there, false)).isEqualTo(folder.resolve("y"));
        assertThat(Download.target(path("/x/y"), there, true)).isEqualTo(folder.resolve("y"));
        assertThat(Download.target(path("/x/."), there, true)).isEqualTo(folder);
        assertThat(Download.target(path("/x/y"), there + "/new", true)).isEqualTo(folder.resolve("new"));
        assertThat(Download.target(path("/x/y"), there + "/new/", true)).isEqualTo(folder.resolve("new"));
        assertThat(Download.target(path("/x/y"), there + "/new/", false)).isEqualTo(folder.resolve("new/y"));
        assertThat(Download.target(path("/x/y"), file.toString(), false)).isEqualTo(file);
        assertThat(Upload.saysContents(Path.of("."))).isTrue();
        assertThat(Upload.saysContents(Path.of("a/."))).isTrue();
        assertThat(Upload.saysContents(Path.of("a/"))).isFalse();
    }
}
