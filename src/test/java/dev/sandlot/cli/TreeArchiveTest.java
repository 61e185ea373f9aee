package dev.sandlot.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeArchiveTest {
    @TempDir
    private Path folder;

    private final StringWriter told = new StringWriter();
    private final Tally tally = new Tally(new PrintWriter(told, true));
    private Path tree;
    private Path copy;

    @BeforeEach
    void grow() throws IOException {
        tree = Files.createDirectories(folder.resolve("tree"));
        copy = Files.createDirectories(folder.resolve("copy"));
        Files.createDirectories(tree.resolve("d/empty"));
        Files.writeString(tree.resolve("d/grüße"), "x".repeat(200_000));
        Files.createFile(tree.resolve("run"));
        Files.setPosixFilePermissions(tree.resolve("run"), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("d"));
    }

    private void copy(String prefix) throws IOException {
        try (TreeArchive archive = new TreeArchive(tree, prefix, tally)) {
            new Unpacking(copy, new Tally(new PrintWriter(told, true))).read(archive);
        }
    }

    @Test
    void whatIsInItComesBack() throws Exception {
        copy("");

        assertThat(copy.resolve("d/grüße")).hasContent("x".repeat(200_000));
        assertThat(copy.resolve("d/empty")).isEmptyDirectory();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.resolve("run"))))
                .isEqualTo("rwxr-x--x");
        assertThat(Files.readSymbolicLink(copy.resolve("link"))).isEqualTo(Path.of("d"));
        assertThat(tally.toJson()).hasToString("{\"files\":3,\"directories\":2,\"bytes\":200000,\"left_out\":0}");
        assertThat(TreeArchive.bytes(tree)).isEqualTo(200_000);
    }

    @Test
    void itMayHaveAnotherNameThere() throws Exception {
        copy("new");

        assertThat(copy.resolve("new/d/grüße")).exists();
        assertThat(copy.resolve("new/run")).exists();
    }

    @Test
    void whatIsNoFileIsLeftOut() throws Exception {
        new ProcessBuilder("mkfifo", tree.resolve("pipe").toString()).start().waitFor();

        copy("");

        assertThat(told.toString()).contains("left out").contains("pipe");
        assertThat(copy.resolve("pipe")).doesNotExist();
        assertThat(copy.resolve("run")).exists();
    }

    @Test
    void aFileThatBecomesShorterMeanwhileIsToldAndNoArchiveEnds() throws Exception {
        try (TreeArchive archive = new TreeArchive(tree.resolve("d"), "", tally)) {
            byte[] piece = new byte[100];
            while (tally.toJson().getInt("bytes") == 0) {
                assertThat(archive.read(piece)).isPositive();
            }
            try (SeekableByteChannel file = Files.newByteChannel(tree.resolve("d/grüße"), StandardOpenOption.WRITE)) {
                file.truncate(70_000);
            }

            assertThatThrownBy(archive::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("shorter");
        }
    }

    @Test
    void theFirstThatAreLeftOutAreNamedAndTheRestCounted() {
        for (int i = 0; i < 25; i++) {
            tally.leftOut("n" + i, "why");
        }
        tally.end();

        assertThat(told.toString()).contains("n19 why").doesNotContain("n20").contains("5 more");
    }

    @Test
    void whatAMachinesFilesSayIsASentence() {
        assertThat(Failure.of(new IOException("No space left on device")).sentence())
                .isEqualTo("There is no space left on this machine");
        assertThat(Failure.of(new UncheckedIOException(new IOException("Disk quota exceeded")))
                        .sentence())
                .contains("no space left");
        Failure none = Failure.of(new NoSuchFileException("a\u001bb"));
        assertThat(none.sentence()).isEqualTo("There is no file a\ufffdb on this machine");
        assertThat(none.exitCode()).isEqualTo(4);
        assertThat(Failure.of(new AccessDeniedException("x")).exitCode()).isEqualTo(1);
    }

    @Test
    void theBarSaysWhatIsKnown() {
        assertThat(Progress.line(3 << 20, -1, 2_000_000_000L)).isEqualTo("3.0 MiB  1.5 MiB/s");
        assertThat(Progress.line(1 << 20, 4 << 20, 1_000_000_000L))
                .isEqualTo("[#######.......................]  25 %  1.0 of 4.0 MiB  1.0 MiB/s");
        assertThat(Progress.line(9, 4, 0)).contains("100 %");
    }
}
