package dev.sandlot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers as they should be, and such that try to get out of their folder or to bring something dangerous along. */
class LayerUnpackerTest {
    private static final long MIB = 1L << 20;

    @TempDir
    private Path host;

    private Path layer;
    private Path outside;

    @BeforeEach
    void folders() throws IOException {
        layer = Files.createDirectory(host.resolve("layer"));
        outside = Files.createDirectory(host.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "the host's\n");
    }

    private void unpack(byte[] archive) throws IOException, ImageException {
        unpack(archive, 10 * MIB);
    }

    private void unpack(byte[] archive, long limit) throws IOException, ImageException {
        unpack(new ByteArrayInputStream(archive), limit);
    }

    private void unpack(InputStream archive, long limit) throws IOException, ImageException {
        Budget budget =
                new Budget(limit, System.nanoTime() + Duration.ofMinutes(1).toNanos());
        Whiteout whiteout = new Whiteout(host.resolve("whiteout"), path -> Files.writeString(path, "removed"));
        new LayerUnpacker(layer, whiteout, false, budget).unpack(archive);
    }

    private void assertHostIsUntouched() throws IOException {
        assertThat(Files.readString(outside.resolve("secret"))).isEqualTo("the host's\n");
        try (Stream<Path> all = Files.list(outside)) {
            assertThat(all).hasSize(1);
        }
        try (Stream<Path> all = Files.list(host)) {
            assertThat(all.map(path -> path.getFileName().toString())).isSubsetOf("layer", "outside", "whiteout");
        }
    }

    @Test
    void filesFoldersAndLinksAreThere() throws Exception {
        unpack(new TestLayer()
                .folder("opt", 0750)
                .file("opt/tool", "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8), 0755)
                .symlink("opt/link", "tool")
                .hardLink("opt/twin", "opt/tool")
                .file("made/on/the/way", "x")
                .gzip());

        assertThat(layer.resolve("opt/tool")).hasContent("#!/bin/sh\n").isExecutable();
        assertThat(Files.readSymbolicLink(layer.resolve("opt/link"))).hasToString("tool");
        assertThat(Files.isSameFile(layer.resolve("opt/twin"), layer.resolve("opt/tool")))
                .isTrue();
        assertThat(layer.resolve("made/on/the/way")).hasContent("x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(layer.resolve("opt"))))
                .isEqualTo("rwxr-x---");
    }

    @Test
    void everyCompressionIsKnown() throws Exception {
        unpack(new TestLayer().file("zstd", "1").zstd());
        unpack(new TestLayer().file("plain", "2").plain());

        assertThat(layer.resolve("zstd")).hasContent("1");
        assertThat(layer.resolve("plain")).hasContent("2");
    }

    @Test
    void removedFilesAndOpaqueFoldersAreMarked() throws Exception {
        unpack(new TestLayer()
                .file("etc/.wh.old", "")
                .file("data/.wh..wh..opq", "")
                .file("data/new", "n")
                .file("etc/.wh..wh.plnk", "")
                .gzip());

        assertThat(layer.resolve("etc/old")).hasContent("removed");
        assertThat(Files.exists(layer.resolve("etc/.wh.old"))).isFalse();
        ByteBuffer mark = ByteBuffer.allocate(8);
        Files.getFileAttributeView(layer.resolve("data"), UserDefinedFileAttributeView.class)
                .read("overlay.opaque", mark);
        assertThat(mark.array()[0]).isEqualTo((byte) 'y');
        try (Stream<Path> all = Files.list(layer.resolve("etc"))) {
            assertThat(all).hasSize(1);
        }
    }

    @Test
    void whatTheSameLayerAddsIsNotRemovedByIt() throws Exception {
        unpack(new TestLayer().file("kept", "new").file(".wh.kept", "").gzip());

        assertThat(layer.resolve("kept")).hasContent("new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside/new", "a/../../outside/new", "..", "/../outside/new", "a/.."})
    void aNameThatLeadsOutIsRefused(String name) throws Exception {
        byte[] archive = new TestLayer().file(name, "x").gzip();

        assertThatThrownBy(() -> unpack(archive))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("leads out");
        assertHostIsUntouched();
    }

    @Test
    void linksAreFollowedAsTheyWillBeInside() throws Exception {
        unpack(new TestLayer()
                .symlink("absolute", outside.toString())
                .file("absolute/new", "1")
                .symlink("relative", "../../../../../../../" + outside)
                .file("relative/other", "2")
                .gzip());

        assertThat(layer.resolve(outside.toString().substring(1)).resolve("new"))
                .hasContent("1");
        assertThat(layer.resolve(outside.toString().substring(1)).resolve("other"))
                .hasContent("2");
        assertHostIsUntouched();
    }

    @Test
    void aFileReplacesALinkAndNotWhatItLeadsTo() throws Exception {
        unpack(new TestLayer()
                .symlink("file", outside.resolve("secret").toString())
                .file("file", "mine")
                .gzip());

        assertThat(layer.resolve("file")).hasContent("mine");
        assertHostIsUntouched();
    }

    @Test
    void aHardLinkReachesFilesOfItsLayerOnly() throws Exception {
        byte[] outsideByName = new TestLayer()
                .hardLink("stolen", outside.resolve("secret").toString())
                .gzip();
        byte[] upwards = new TestLayer().hardLink("stolen", "../outside/secret").gzip();
        byte[] byLink = new TestLayer()
                .symlink("way", outside.toString())
                .hardLink("stolen", "way/secret")
                .gzip();

        for (byte[] archive : Arrays.asList(outsideByName, upwards, byLink)) {
            assertThatThrownBy(() -> unpack(archive)).isInstanceOf(ImageException.class);
        }
        assertThat(Files.exists(layer.resolve("stolen"))).isFalse();
        assertHostIsUntouched();
    }

    @Test
    void linksInACircleAreRefused() throws Exception {
        byte[] archive = new TestLayer()
                .symlink("a", "b")
                .symlink("b", "a")
                .file("a/x", "")
                .gzip();

        assertThatThrownBy(() -> unpack(archive))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("circle");
    }

    @Test
    void devicesAndPipesAreLeftOutAndSetIdBitsAreTakenAway() throws Exception {
        unpack(new TestLayer()
                .special("memory", TarConstants.LF_CHR, 1, 1)
                .special("disk", TarConstants.LF_BLK, 8, 0)
                .special("pipe", TarConstants.LF_FIFO, 0, 0)
                .special("whiteout", TarConstants.LF_CHR, 0, 0)
                .file("root", "x".getBytes(StandardCharsets.UTF_8), 06755)
                .gzip());

        try (Stream<Path> all = Files.list(layer)) {
            assertThat(all.map(path -> path.getFileName().toString())).containsExactly("root");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(layer.resolve("root"))))
                .isEqualTo("rwxr-xr-x");
        assertThat(Files.getAttribute(layer.resolve("root"), "unix:mode", LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(0100755);
    }

    @Test
    void aBombIsRefusedBeforeItFillsTheDisk() throws Exception {
        byte[] bomb =
                new TestLayer().file("zeros", new byte[(int) (20 * MIB)], 0644).gzip();

        assertThat(bomb.length).isLessThan(100_000);
        assertThatThrownBy(() -> unpack(bomb, 5 * MIB))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("larger than the 5 MiB");
        assertThat(Files.size(layer.resolve("zeros"))).isLessThanOrEqualTo(5 * MIB);
    }

    @Test
    void manyEmptyFilesAreCountedToo() throws Exception {
        TestLayer many = new TestLayer();
        for (int i = 0; i < 5000; i++) {
            many.file("f" + i, "");
        }
        byte[] archive = many.gzip();

        assertThatThrownBy(() -> unpack(archive, MIB)).isInstanceOf(ImageException.class);
    }

    /** What is said of an entry is held in memory, and no budget sees it there. */
    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_GNUTYPE_LONGNAME, TarConstants.LF_GNUTYPE_LONGLINK, 'x'})
    void headersThatWouldFillTheMemoryAreNotReadToTheirEnd(byte type) throws Exception {
        String start = 16 * MIB + " comment=";
        String headers = start + "a".repeat((int) (16 * MIB) - start.length() - 1) + "\n";
        byte[] archive = new TestLayer()
                .about(type, headers.getBytes(StandardCharsets.US_ASCII))
                .file("f", "")
                .plain();
        ByteArrayInputStream bytes = new ByteArrayInputStream(archive);

        assertThatThrownBy(() -> unpack(bytes, 64 * MIB))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("headers");
        assertThat(archive.length - bytes.available()).as("bytes read").isLessThan((int) (2 * MIB));
    }

    @Test
    void anEntryThatIsLeftOutIsCountedAsItIsPassedOver() throws Exception {
        byte[] zeros = new byte[(int) (20 * MIB)];
        byte[] archive =
                new TestLayer().about(TarConstants.LF_FIFO, zeros).file("f", "").gzip();

        assertThatThrownBy(() -> unpack(archive, 5 * MIB))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("larger than the 5 MiB");
    }

    @Test
    void aLongNameIsNoReasonToRefuse() throws Exception {
        String name = "d/".repeat(100) + "f";

        unpack(new TestLayer().file(name, "text").plain());

        assertThat(layer.resolve(name)).hasContent("text");
    }

    @Test
    void noBytesWhateverLeaveTheFolder() throws Exception {
        byte[] good = new TestLayer()
                .folder("a", 0755)
                .symlink("b", "a")
                .file("b/c", "text")
                .hardLink("d", "a/c")
                .plain();
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            byte[] broken = good.clone();
            for (int j = 0; j < 1 + i % 8; j++) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            }
            byte[] cut = Arrays.copyOf(broken, random.nextInt(broken.length));
            try {
                unpack(i % 2 == 0 ? broken : cut);
            } catch (IOException | ImageException refused) {
                assertThat(refused).isNotNull();
            }
        }
        assertHostIsUntouched();
    }
}
