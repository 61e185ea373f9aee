package dev.sandlot.filetransfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.sandbox.FileCourier;
import dev.sandlot.sandbox.FileEntry;
import dev.sandlot.sandbox.FileException;
import dev.sandlot.sandbox.FileException.Reason;
import dev.sandlot.sandbox.SandboxPath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Archives that are cut off, wherever that is: on their way out nobody takes one for whole, and on their way in we don't. */
class ArchiveTest {
    private static final TransferConfig CONFIG = new TransferConfig(1 << 20, 100_000, 1, 1);
    private static final SandboxPath ROOT = SandboxPath.of("root");
    private static final int RECORD = 512;

    private static FileEntry file(String name, long size) {
        return new FileEntry(
                SandboxPath.of(name),
                0100644,
                size,
                Instant.EPOCH,
                new FileEntry.Owner(0, 0),
                "e",
                Optional.empty(),
                false);
    }

    private static InputStream content(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Of a file that has been cut. */
    private static final class Shorter extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("the file has become shorter");
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return read();
        }
    }

    private static byte[] written(FakeCourier.Tree tree, ArchiveForm form) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThatThrownBy(() -> new ArchiveWriter(new FakeCourier(tree), CONFIG).write(ROOT, form, out))
                .isInstanceOf(IOException.class);
        return out.toByteArray();
    }

    private static Map<String, String> unpacked(InputStream tar) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (TarArchiveInputStream archive = new TarArchiveInputStream(tar)) {
            for (TarArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                found.put(entry.getName(), new String(archive.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return found;
    }

    private static void breakBetween(FileCourier.Visitor visitor) throws FileException, IOException {
        visitor.entry(file("first", 5), content("first"));
        throw new FileException(Reason.DENIED, "second");
    }

    @Test
    void whatBreaksOffBetweenTwoMembersIsNoArchive() {
        byte[] plain = written(ArchiveTest::breakBetween, ArchiveForm.TAR);
        byte[] zipped = written(ArchiveTest::breakBetween, ArchiveForm.GZIP);

        assertThatThrownBy(() -> unpacked(new ByteArrayInputStream(plain))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new GZIPInputStream(new ByteArrayInputStream(zipped)).readAllBytes())
                .isInstanceOf(IOException.class);
    }

    @Test
    void whatBreaksOffWithinAMemberIsNoArchive() {
        byte[] plain = written(
                visitor -> visitor.entry(
                        file("first", 2000), new SequenceInputStream(content("x".repeat(1600)), new Shorter())),
                ArchiveForm.TAR);

        assertThatThrownBy(() -> unpacked(new ByteArrayInputStream(plain))).isInstanceOf(IOException.class);
    }

    @Test
    void whatIsTooLargeIsNoArchive() {
        byte[] plain = written(visitor -> visitor.entry(file("large", 2 << 20), content("")), ArchiveForm.TAR);

        assertThatThrownBy(() -> unpacked(new ByteArrayInputStream(plain))).isInstanceOf(IOException.class);
    }

    private static byte[] archive(ArchiveForm form, int members) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (form == ArchiveForm.ZIP) {
            try (ZipOutputStream zip = new ZipOutputStream(out)) {
                for (int i = 0; i < members; i++) {
                    zip.putNextEntry(new ZipEntry("member-" + i));
                    zip.write(String.valueOf(i).getBytes(StandardCharsets.UTF_8));
                    zip.closeEntry();
                }
            }
            return out.toByteArray();
        }
        new ArchiveWriter(
                        new FakeCourier(visitor -> {
                            for (int i = 0; i < members; i++) {
                                String text = String.valueOf(i);
                                visitor.entry(file("member-" + i, text.length()), content(text));
                            }
                        }),
                        CONFIG)
                .write(ROOT, form, out);
        return out.toByteArray();
    }

    private static ArchiveView read(FakeCourier courier, ArchiveForm form, byte[] archive) throws Exception {
        return new ArchiveReader(courier, CONFIG).read(ROOT, form, new ByteArrayInputStream(archive));
    }

    private static FakeCourier courier() {
        return new FakeCourier(visitor -> {});
    }

    /** So many that a zip's directory is longer than what any reader would hold of a member's head. */
    @ParameterizedTest
    @EnumSource
    void aWholeArchiveIsPutInItsPlace(ArchiveForm form) throws Exception {
        FakeCourier courier = courier();

        ArchiveView view = read(courier, form, archive(form, 30_000));

        assertThat(view.files()).isEqualTo(30_000);
        assertThat(courier.put).hasSize(30_000).containsEntry("member-29999", "29999");
        assertThat(courier.synced).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aCutArchiveIsRefusedWhereverItIsCut(ArchiveForm form) throws Exception {
        byte[] whole = archive(form, 3);
        // A tar's end is two records of zeros, and what fills up its last block says nothing.
        int least = form == ArchiveForm.TAR ? 6 * RECORD + RECORD : whole.length;

        for (int length = 0; length < least; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            FakeCourier courier = courier();
            assertThatThrownBy(() -> read(courier, form, cut))
                    .as("%s of %s bytes", cut.length, whole.length)
                    .isInstanceOfSatisfying(
                            ApiException.class,
                            refused -> assertThat(refused.type()).isEqualTo(ErrorType.INVALID));
            assertThat(courier.synced).isFalse();
        }
        assertThat(read(courier(), form, Arrays.copyOf(whole, least)).files()).isEqualTo(3);
    }

    /** Its last member is an archive itself, whose end is not the outer one's. */
    @Test
    void theEndOfAnArchiveWithinIsNotItsOwn() throws Exception {
        byte[] inner = archive(ArchiveForm.TAR, 1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            TarArchiveEntry entry = new TarArchiveEntry("inner.tar");
            entry.setSize(inner.length);
            tar.putArchiveEntry(entry);
            tar.write(inner);
            tar.closeArchiveEntry();
        }
        byte[] cut = Arrays.copyOf(out.toByteArray(), RECORD + inner.length);

        assertThatThrownBy(() -> read(courier(), ArchiveForm.TAR, cut)).isInstanceOf(ApiException.class);
    }
}
