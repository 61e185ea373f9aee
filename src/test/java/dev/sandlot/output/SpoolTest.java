package dev.sandlot.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final int LIMIT = 40_000;

    @TempDir
    private Path folder;

    private Spool spool() {
        return new Spool(folder.resolve("outputs/one"), LIMIT, SpoolRoom.UNBOUNDED);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void append(Spool spool, byte[] bytes) {
        for (int at = 0; at < bytes.length; at += 1000) {
            spool.append(ByteBuffer.wrap(bytes, at, Math.min(1000, bytes.length - at)));
        }
    }

    private static byte[] part(byte[] all, int from, int to) {
        return java.util.Arrays.copyOfRange(all, from, to);
    }

    @Test
    void aLittleStaysInMemory() throws IOException {
        Spool spool = spool();
        append(spool, bytes(5000));
        spool.finish();

        assertThat(spool.inlineBytes()).contains(bytes(5000));
        assertThat(spool.bytes(0, 5000)).isEqualTo(bytes(5000));
        assertThat(folder.resolve("outputs")).doesNotExist();
    }

    @Test
    void moreGoesToAFileWhole() throws IOException {
        Spool spool = spool();
        append(spool, bytes(LIMIT));
        spool.finish();
        KeptOutput stored = StoredSpool.open(folder.resolve("outputs/one"), LIMIT);

        assertThat(spool.inlineBytes()).isEmpty();
        assertThat(stored.extent()).isEqualTo(Extent.whole(LIMIT));
        assertThat(stored.bytes(0, LIMIT)).isEqualTo(bytes(LIMIT));
        assertThat(spool.bytes(0, LIMIT)).as("after its end").isEqualTo(bytes(LIMIT));
    }

    @Test
    void ofTooMuchTheHeadAndTheTailAreKept() throws IOException {
        byte[] all = bytes(3 * LIMIT + 17);
        Spool spool = spool();
        append(spool, all);

        assertThat(spool.extent()).isEqualTo(new Extent(LIMIT / 2, all.length - LIMIT / 2, all.length));
        spool.finish();
        KeptOutput stored = StoredSpool.open(folder.resolve("outputs/one"), all.length);
        assertThat(stored.bytes(0, LIMIT / 2)).isEqualTo(part(all, 0, LIMIT / 2));
        assertThat(stored.bytes(all.length - LIMIT / 2, all.length))
                .isEqualTo(part(all, all.length - LIMIT / 2, all.length));
    }

    @Test
    void aGapIsToldAndWhatComesBehindItIsKept() throws IOException {
        Spool spool = spool();
        spool.append(0, ByteBuffer.wrap(bytes(100)));
        spool.append(5000, ByteBuffer.wrap(bytes(200)));

        assertThat(spool.extent()).isEqualTo(new Extent(100, 5000, 5200));
        assertThat(spool.bytes(5000, 5200)).isEqualTo(bytes(200));
    }

    /** Room for files of that size. */
    private static SpoolRoom room(long most) {
        return new SpoolRoom() {
            @Override
            public long grow(long size) {
                return Math.min(size, most);
            }

            @Override
            public void adopt(long size) {
                // As it is.
            }

            @Override
            public void settle(long size) {
                // As it is.
            }
        };
    }

    private Spool spool(SpoolRoom room) {
        return new Spool(folder.resolve("outputs/one"), LIMIT, room);
    }

    /** All that it says it keeps is what was printed. */
    private static void check(KeptOutput output, byte[] all) throws IOException {
        Extent extent = output.extent();
        int total = all.length;
        assertThat(extent.total()).isEqualTo(total);
        assertThat(output.bytes(0, extent.headEnd())).isEqualTo(part(all, 0, (int) extent.headEnd()));
        assertThat(output.bytes(extent.tailStart(), total)).isEqualTo(part(all, (int) extent.tailStart(), total));
    }

    @Test
    void aSpoolThatCannotHaveAFileKeepsAHeadAndATailInMemory() throws IOException {
        Files.writeString(folder.resolve("outputs"), "a file where a folder should be");
        byte[] all = bytes(20_000);
        Spool spool = spool();
        append(spool, all);
        spool.finish();

        assertThat(spool.extent()).isEqualTo(new Extent(4096, 20_000 - 4096, 20_000));
        check(spool, all);
        KeptOutput stored = InlineOutput.of(spool.inlineBytes().orElseThrow());
        assertThat(stored.extent()).isEqualTo(spool.extent());
        check(stored, all);
    }

    @Test
    void withoutRoomForAFileNoneIsMade() throws IOException {
        byte[] all = bytes(9000);
        Spool spool = spool(room(0));
        append(spool, all);
        spool.finish();

        assertThat(folder.resolve("outputs")).doesNotExist();
        check(InlineOutput.of(spool.inlineBytes().orElseThrow()), all);
        assertThat(OutputText.shown(spool, 100_000).truncated()).isTrue();
    }

    @Test
    void whereThereIsNoMoreRoomALesserHeadAndTailAreKept() throws IOException {
        byte[] all = bytes(50_000);
        int room = 30_000;
        Spool spool = spool(room(SpoolLayout.HEADER + room));
        append(spool, all);
        check(spool, all);
        spool.finish();

        assertThat(spool.extent()).isEqualTo(new Extent(room / 2, 50_000 - room / 2, 50_000));
        assertThat(Files.size(folder.resolve("outputs/one"))).isEqualTo(SpoolLayout.HEADER + room);
        check(StoredSpool.open(folder.resolve("outputs/one"), 50_000), all);
        check(spool, all);
    }

    @Test
    void ofAFileThatWasNarrowedTheHeadIsWhatASecondServerTrusts() throws IOException {
        byte[] all = bytes(50_000);
        append(spool(room(SpoolLayout.HEADER + 30_000)), all);

        StoredSpool stored = StoredSpool.open(folder.resolve("outputs/one"), 50_000);
        assertThat(stored.extent()).isEqualTo(new Extent(15_000, 50_000, 50_000));
        check(stored, all);
        Spool resumed = Spool.resume(folder.resolve("outputs/one"), LIMIT, SpoolRoom.UNBOUNDED);
        assertThat(resumed.total()).isEqualTo(15_000);
        resumed.append(15_000, ByteBuffer.wrap(part(all, 15_000, 50_000)));
        resumed.finish();
        check(resumed, all);
        check(StoredSpool.open(folder.resolve("outputs/one"), 50_000), all);
    }

    @Test
    void ofAFileWithAGapTheBytesBeforeItAreWhatASecondServerTrusts() throws IOException {
        byte[] all = bytes(20_000);
        Spool died = spool();
        died.append(0, ByteBuffer.wrap(all, 0, 100));
        died.append(15_000, ByteBuffer.wrap(all, 15_000, 5000));

        check(StoredSpool.open(folder.resolve("outputs/one"), 20_000), all);
        Spool resumed = Spool.resume(folder.resolve("outputs/one"), LIMIT, SpoolRoom.UNBOUNDED);
        assertThat(resumed.total()).isEqualTo(100);
        resumed.append(100, ByteBuffer.wrap(part(all, 100, 20_000)));
        check(resumed, all);
        resumed.finish();
    }

    @Test
    void whateverIsPrintedIntoWhateverRoomWhatIsKeptIsRight() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            byte[] all = bytes(random.nextInt(120_000));
            SpoolRoom room = room(random.nextInt(4) == 0 ? random.nextInt(60) : random.nextInt(60_000));
            Spool spool = new Spool(folder.resolve("outputs/" + round), LIMIT, room);
            for (int at = 0; at < all.length; ) {
                int length = Math.min(all.length - at, 1 + random.nextInt(random.nextBoolean() ? 40 : 40_000));
                // Now and then some of it is lost on the way.
                int lost = random.nextInt(20) == 0 ? length / 2 : 0;
                spool.append(at + lost, ByteBuffer.wrap(all, at + lost, length - lost));
                at += length;
            }
            check(spool, all);
            spool.finish();
            check(spool, all);
            if (spool.inlineBytes().isPresent()) {
                check(InlineOutput.of(spool.inlineBytes().get()), all);
            } else {
                check(StoredSpool.open(folder.resolve("outputs/" + round), all.length), all);
            }
        }
    }

    @Test
    void aFileThatIsRemovedHasNoBytesAnyMore() throws IOException {
        Spool spool = spool();
        append(spool, bytes(20_000));
        spool.finish();
        KeptOutput stored = StoredSpool.open(folder.resolve("outputs/one"), 20_000);
        Files.delete(folder.resolve("outputs/one"));

        for (KeptOutput gone : new KeptOutput[] {spool, stored}) {
            assertThat(gone.bytes(0, 20_000)).isEmpty();
            assertThat(OutputText.shown(gone, 100_000))
                    .isEqualTo(new OutputText.Shown("[sandlot: 20000 bytes left out]\n", true));
        }
    }

    @Test
    void aSpoolGrowsOnWhileItsFileIsRemoved() throws IOException {
        byte[] all = bytes(30_000);
        Spool spool = spool();
        append(spool, part(all, 0, 20_000));
        Files.delete(folder.resolve("outputs/one"));
        spool.append(ByteBuffer.wrap(part(all, 20_000, 30_000)));

        check(spool, all);
        spool.finish();
        assertThat(spool.bytes(0, 30_000)).isEmpty();
    }

    @Test
    void anotherServerGoesOnWhereTheHeadEnds() throws IOException {
        append(spool(), bytes(12_000));
        Spool resumed = Spool.resume(folder.resolve("outputs/one"), LIMIT, SpoolRoom.UNBOUNDED);

        assertThat(resumed.total()).isEqualTo(12_000);
        resumed.append(12_000, ByteBuffer.wrap(bytes(50)));
        resumed.finish();
        KeptOutput stored = StoredSpool.open(folder.resolve("outputs/one"), 12_050);
        assertThat(stored.bytes(0, 12_000)).isEqualTo(bytes(12_000));
        assertThat(stored.bytes(12_000, 12_050)).isEqualTo(bytes(50));
    }

    @Test
    void aTextThatFitsIsWhole() throws IOException {
        assertThat(OutputText.of(InlineOutput.of("grün\n".getBytes(StandardCharsets.UTF_8)), 1024))
                .isEqualTo("grün\n");
    }

    @Test
    void aLongTextHasAMarkerThatAddsUp() throws IOException {
        String text = "ä".repeat(5000);

        String shown = OutputText.of(InlineOutput.of(text.getBytes(StandardCharsets.UTF_8)), 1025);

        assertThat(shown).matches("ä+\n\\[sandlot: [0-9]+ bytes left out]\nä+");
        long leftOut = Long.parseLong(shown.replaceAll("[^0-9]", ""));
        assertThat(shown.chars().filter(c -> c == 'ä').count() * 2 + leftOut).isEqualTo(10_000);
    }

    @Test
    void bytesThatAreNoTextBecomeReplacementCharacters() throws IOException {
        assertThat(OutputText.of(InlineOutput.of(new byte[] {'a', (byte) 0xff, 'b'}), 1024))
                .isEqualTo("a\ufffdb");
    }
}
