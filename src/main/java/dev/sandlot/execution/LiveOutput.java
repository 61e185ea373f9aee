package dev.sandlot.execution;

import static java.util.Objects.requireNonNull;

import dev.sandlot.sandbox.KnownOutput;
import dev.sandlot.sandbox.OutputSink;
import dev.sandlot.sandbox.OutputStreamKind;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;

/**
 * The output of an execution that is under way: all of it in order of arrival and, where the streams are told apart,
 * each of them as well.
 */
final class LiveOutput implements OutputSink {
    private final Map<OutputStreamKind, Spool> spools = new EnumMap<>(OutputStreamKind.class);
    private final Spool merged;

    /** {@code spools}: one for OUTPUT, and for STDOUT and STDERR where those are told apart. */
    LiveOutput(Map<OutputStreamKind, Spool> spools) {
        this.spools.putAll(spools);
        this.merged = requireNonNull(spools.get(OutputStreamKind.OUTPUT), "a spool for the merged output");
    }

    @Override
    public void accept(OutputStreamKind stream, long offset, ByteBuffer bytes) {
        Spool own = spools.get(stream);
        if (stream != OutputStreamKind.OUTPUT && own != null) {
            merged.append(bytes.duplicate());
        }
        if (own != null) {
            own.append(offset, bytes);
        }
    }

    /** No more comes. */
    void end() {
        spools.values().forEach(Spool::finish);
    }

    Spool merged() {
        return merged;
    }

    /** That of the stream; the merged one where streams are not told apart. */
    Spool spool(OutputStreamKind stream) {
        return spools.getOrDefault(stream, merged);
    }

    /** Those outputs that are small enough to be stored with the record. */
    Map<OutputStreamKind, byte[]> inline() {
        Map<OutputStreamKind, byte[]> inline = new EnumMap<>(OutputStreamKind.class);
        spools.forEach((stream, spool) -> spool.inlineBytes().ifPresent(bytes -> inline.put(stream, bytes)));
        return inline;
    }

    boolean isSplit() {
        return spools.containsKey(OutputStreamKind.STDOUT);
    }

    /** What a sandbox need not send again. */
    KnownOutput known() {
        return isSplit()
                ? new KnownOutput(
                        spool(OutputStreamKind.STDOUT).total(),
                        spool(OutputStreamKind.STDERR).total())
                : new KnownOutput(merged().total(), 0);
    }
}
