package dev.sandlot.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A large file up and down, and many small ones by archive and one by one. */
record FilesPart(int count) implements Part {
    private static final int PIECE = 1 << 20;
    private static final int PIECES = 1024;
    private static final int SMALL = 1024;

    @Override
    public void measure(Subject subject, Report report) throws Exception {
        Subject.Environment environment = subject.create(1).get(0);
        try (Line line = subject.line()) {
            report.add(large(subject, environment, line));
            report.add(small(subject, environment, line));
        } finally {
            subject.delete(List.of(environment));
        }
    }

    private static Table large(Subject subject, Subject.Environment environment, Line line) throws Exception {
        long size = (long) PIECE * PIECES;
        byte[] put = subject.put(environment, "/files?path=large", size);
        byte[] get = subject.get(environment, "/files?path=large", "X-Environment-Token: " + environment.token());
        byte[] delete = subject.delete(environment, "/files?path=large");
        byte[] piece = new byte[PIECE];
        Callable<Long> up = () -> line.send(put, piece, PIECES);
        Callable<Long> down = () -> line.drain(get, size);
        // The first is for the compiler.
        up.call();
        down.call();
        line.send(delete);
        double upMillis = millis(up);
        double downMillis = millis(down);
        line.send(delete);
        double upHeap = HeapWatch.mebibytes(subject, up);
        double downHeap = HeapWatch.mebibytes(subject, down);
        line.send(delete);
        return new Table.Builder("A file of 1 GiB", "", "ms", "MiB/s", "server's live heap, MiB more at most")
                .row("up", upMillis, PIECES * 1000 / upMillis, upHeap)
                .row("down", downMillis, PIECES * 1000 / downMillis, downHeap)
                .build();
    }

    private Table small(Subject subject, Subject.Environment environment, Line line) throws Exception {
        byte[] tar = tar();
        byte[] put = subject.put(environment, "/archive?path=tree", tar.length, "Content-Type: application/x-tar");
        String token = "X-Environment-Token: " + environment.token();
        byte[] get = subject.get(environment, "/archive?path=tree", token);
        byte[] piece = new byte[SMALL];
        double[] archive = {millis(() -> line.send(put, tar, 1)), millis(() -> line.drain(get, (long) count * SMALL))};
        Callable<Long> each = () -> {
            for (int i = 0; i < count; i++) {
                line.send(subject.put(environment, "/files?path=tree/" + i, SMALL), piece, 1);
            }
            return (long) count;
        };
        Callable<Long> eachBack = () -> {
            for (int i = 0; i < count; i++) {
                line.drain(subject.get(environment, "/files?path=tree/" + i, token), SMALL);
            }
            return (long) count;
        };
        double[] alone = {millis(each), millis(eachBack)};
        return new Table.Builder(
                        count + " files of 1 KiB, one client", "", "up, ms", "down, ms", "ms a file up", "down")
                .row("as one archive", archive[0], archive[1], archive[0] / count, archive[1] / count)
                .row("one by one", alone[0], alone[1], alone[0] / count, alone[1] / count)
                .build();
    }

    private byte[] tar() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (int i = 0; i < count; i++) {
                TarArchiveEntry entry = new TarArchiveEntry(String.valueOf(i));
                entry.setSize(SMALL);
                tar.putArchiveEntry(entry);
                tar.write(new byte[SMALL]);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static double millis(Callable<Long> transfer) throws Exception {
        long start = System.nanoTime();
        transfer.call();
        return (System.nanoTime() - start) / 1e6;
    }
}
