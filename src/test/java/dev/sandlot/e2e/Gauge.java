package dev.sandlot.e2e;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What a server and its sandboxes take of the host's memory and disk, looked at several times a second. */
final class Gauge implements AutoCloseable {
    private static final long PAUSE_MILLIS = 200;
    private static final int MEBIBYTE_SHIFT = 20;
    private static final int DEPTH = 6;
    /** Less than this, and the attack is over: the host is needed. */
    private static final long AVAILABLE_MIN = 1L << 30;

    private final Path data;
    private final Heap heap;
    private final Optional<Path> sandboxes;
    private final Thread thread = new Thread(this::look, "gauge");
    private final CountDownLatch closed = new CountDownLatch(1);
    private final long hostBefore;
    private final long dataBefore;
    private volatile long heapPeak;
    private volatile long sandboxPeak;
    private volatile long hostPeak;
    private volatile Runnable alarm = () -> {};

    private Gauge(Path data, Heap heap, Optional<Path> sandboxes) throws IOException {
        this.data = data;
        this.heap = heap;
        this.sandboxes = sandboxes;
        this.hostBefore = hostInUse();
        this.dataBefore = bytes(data.toFile());
    }

    /**
     * In MiB.
     *
     * @param heapPeak of the server, garbage included
     * @param heapKept of the server, after a collection
     * @param sandboxes all of them together, at most; 0 where nothing counts it
     * @param host how much more of it was in use, at most
     * @param data how much more the server's folder holds
     */
    record Reading(long heapPeak, long heapKept, long sandboxes, long host, long data) {}

    static Gauge of(SandlotServer server) throws IOException {
        Gauge gauge = new Gauge(server.data(), Heap.of(server.pid()), group(server.instance()));
        gauge.thread.setDaemon(true);
        gauge.thread.start();
        return gauge;
    }

    /** Where the kernel counts the memory of that server's sandboxes; processes come and go meanwhile. */
    private static Optional<Path> group(String instance) {
        return below(new File("/sys/fs/cgroup"), DEPTH)
                .filter(folder -> folder.getName().equals(instance))
                .flatMap(folder -> Stream.of("memory.current", "memory.usage_in_bytes")
                        .map(name -> folder.toPath().resolve(name)))
                .filter(Files::exists)
                .findFirst();
    }

    private static Stream<File> below(File folder, int depth) {
        File[] children = depth == 0 ? null : folder.listFiles(File::isDirectory);
        return children == null
                ? Stream.of(folder)
                : Stream.concat(Stream.of(folder), Stream.of(children).flatMap(child -> below(child, depth - 1)));
    }

    /** Is run when the host is short of memory. */
    void onShortage(Runnable action) {
        alarm = action;
    }

    private void look() {
        try {
            do {
                heapPeak = Math.max(heapPeak, heap.used().orElse(0));
                sandboxPeak = Math.max(sandboxPeak, sandboxBytes());
                hostPeak = Math.max(hostPeak, hostInUse());
                if (available() < AVAILABLE_MIN) {
                    alarm.run();
                }
            } while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private long sandboxBytes() {
        try {
            return sandboxes.isEmpty()
                    ? 0
                    : Long.parseLong(Files.readString(sandboxes.get()).strip());
        } catch (IOException gone) {
            return 0;
        }
    }

    private static long hostInUse() throws IOException {
        return meminfo("MemTotal:") - available();
    }

    private static long available() throws IOException {
        return meminfo("MemAvailable:");
    }

    private static long meminfo(String name) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/meminfo"));
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    private static long bytes(File folder) {
        File[] children = folder.listFiles();
        return children == null
                ? folder.length()
                : Stream.of(children).mapToLong(Gauge::bytes).sum();
    }

    Reading read() {
        OptionalLong kept = heap.kept();
        return new Reading(
                mebibytes(heapPeak),
                mebibytes(kept.orElse(0)),
                mebibytes(sandboxPeak),
                mebibytes(hostPeak - hostBefore),
                mebibytes(bytes(data.toFile()) - dataBefore));
    }

    private static long mebibytes(long bytes) {
        return bytes >> MEBIBYTE_SHIFT;
    }

    @Override
    public void close() {
        closed.countDown();
        heap.close();
    }
}
