package dev.sandlot.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What whoever rules a sandbox may send. */
class UnpackingTest {
    private static final int RECORD = 512;

    @TempDir
    private Path outside;

    private final StringWriter told = new StringWriter();
    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(archive, RECORD, "ISO-8859-1");

    UnpackingTest() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    }

    private void file(String name, int mode, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(bytes.length);
        entry.setMode(mode);
        entry.setModTime(FileTime.from(Instant.ofEpochSecond(1_000_000)));
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private void folder(String name, int mode) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name + "/", true);
        entry.setMode(mode);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private void odd(String name, byte kind, String target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private Path unpack(byte[] bytes) throws IOException {
        Path folder = Files.createDirectories(outside.resolve("in"));
        new Unpacking(folder, new Tally(new PrintWriter(told, true))).read(new ByteArrayInputStream(bytes));
        return folder;
    }

    private Path unpack() throws IOException {
        tar.finish();
        return unpack(archive.toByteArray());
    }

    private void assertRefused(String why) throws IOException {
        assertThatThrownBy(this::unpack).isInstanceOf(Failure.class).hasMessageContaining(why);
        try (Stream<Path> there = Files.list(outside)) {
            assertThat(there.toList()).containsExactly(outside.resolve("in"));
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void aTreeIsThereWithItsModesAndTimesAndLinks() throws Exception {
        folder("d", 0755);
        file("d/run", 0750, "x");
        file("gr\u00c3\u00bc\u00c3\u009fe", 0400, "y");
        file("deep/" + "n".repeat(200) + "/f", 0666, "");
        odd("d/up", TarConstants.LF_SYMLINK, "../d/run");

        Path in = unpack();

        assertThat(in.resolve("d/run")).hasContent("x");
        assertThat(mode(in.resolve("d/run"))).isEqualTo("rwxr-x---");
        assertThat(mode(in.resolve("grüße"))).isEqualTo("r--------");
        assertThat(Files.getLastModifiedTime(in.resolve("d/run")).toInstant())
                .isEqualTo(Instant.ofEpochSecond(1_000_000));
        assertThat(in.resolve("deep/" + "n".repeat(200) + "/f")).isEmptyFile();
        assertThat(Files.readSymbolicLink(in.resolve("d/up"))).isEqualTo(Path.of("../d/run"));
        assertThat(told.toString()).isEmpty();
    }

    @Test
    void noRightsAreLentAndAFoldersOwnerIsLetIn() throws Exception {
        file("f", 06755, "x");
        folder("d", 01000);
        file("d/f", 0644, "x");

        Path in = unpack();

        assertThat(Files.getAttribute(in.resolve("f"), "unix:mode")).isEqualTo(0100755);
        assertThat(mode(in.resolve("d"))).isEqualTo("rwx------");
        assertThat(in.resolve("d/f")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/../../x", "a/../x", "..", "/x", "//x"})
    void aNameThatLeadsElsewhereIsRefused(String name) throws Exception {
        file(name, 0644, "bad");

        assertRefused("nothing was written");
    }

    @Test
    void nothingGoesThroughALink() throws Exception {
        folder("d", 0755);
        odd("l", TarConstants.LF_SYMLINK, "d");
        file("l/x", 0644, "bad");

        assertRefused("below what is no folder");
    }

    @Test
    void nothingTakesTheNameOfALink() throws Exception {
        odd("l", TarConstants.LF_SYMLINK, "f");
        file("l", 0644, "bad");

        assertRefused("comes twice");
    }

    @Test
    void aFolderDoesNotTakeTheNameOfALink() throws Exception {
        folder("d", 0755);
        odd("l", TarConstants.LF_SYMLINK, "d");
        folder("l", 0777);

        assertRefused("comes twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "..", "../x", "d/../../x", "d/..", "./../x"})
    void aLinkThatMayLeadOutIsLeftOut(String target) throws Exception {
        odd("l\u001b[2J", TarConstants.LF_SYMLINK, target);
        file("after", 0644, "x");

        Path in = unpack();

        assertThat(in.resolve("after")).exists();
        try (Stream<Path> there = Files.list(in)) {
            assertThat(there.toList()).containsExactly(in.resolve("after"));
        }
        assertThat(told.toString()).contains("left out: l\ufffd[2J -> " + target);
    }

    @ParameterizedTest
    @CsvSource({
        "a, 0, true",
        "./a/b, 0, true",
        "../a, 1, true",
        ".././../a, 2, true",
        "../../a, 1, false",
        "a/../b, 9, false"
    })
    void stepsUpComeFirstAndAreAsManyAsThereAreFolders(String target, int depth, boolean isBelow) {
        assertThat(Unpacking.staysBelow(target, depth)).isEqualTo(isBelow);
        assertThat(Unpacking.staysBelow("", depth)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            bytes = {
                TarConstants.LF_LINK,
                TarConstants.LF_CHR,
                TarConstants.LF_BLK,
                TarConstants.LF_FIFO,
                TarConstants.LF_CONTIG,
                'Z'
            })
    void whatIsNoFileIsRefused(byte kind) throws Exception {
        file("f", 0644, "x");
        odd("odd", kind, "f");

        assertRefused("neither a file");
    }

    @Test
    void whatComesTwiceIsRefused() throws Exception {
        file("f", 0644, "x");
        file("f", 0644, "y");

        assertRefused("comes twice");
    }

    @Test
    void aNameThatIsNoTextIsRefused() throws Exception {
        file("f\u00ff", 0644, "x");

        assertRefused("no UTF-8");
    }

    @Test
    void endlessHeadersAreRefused() throws Exception {
        file("n".repeat(100_000), 0644, "x");

        assertRefused("no whole tree");
    }

    @Test
    void aNameThatIsTooLongHereIsAFailure() throws Exception {
        file("n".repeat(300), 0644, "x");
        tar.finish();

        assertThatThrownBy(this::unpack).isInstanceOfAny(IOException.class, Failure.class);
    }

    @Test
    void anArchiveWithoutItsEndIsRefusedWhereverItIsCutOff() throws Exception {
        file("f", 0644, "x".repeat(600));
        file("g", 0644, "y");
        tar.finish();
        byte[] whole = archive.toByteArray();

        for (int length : List.of(0, 100, RECORD, RECORD + 300, 3 * RECORD, 4 * RECORD, 5 * RECORD)) {
            assertThatThrownBy(() -> unpack(Arrays.copyOf(whole, length)))
                    .as("%d bytes", length)
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("no whole tree");
            Files.deleteIfExists(outside.resolve("in/f"));
            Files.deleteIfExists(outside.resolve("in/g"));
        }
    }
}
