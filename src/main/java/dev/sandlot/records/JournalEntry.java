package dev.sandlot.records;

import dev.sandlot.audit.Origin;
import dev.sandlot.records.Execution.End;
import dev.sandlot.records.Execution.Usage;
import dev.sandlot.sandbox.OutputStreamKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the journal says of an execution, as bytes of its files. Whatever changes here needs a new version of the format,
 * and the old one to be read.
 *
 * @param execution as it was then, with an end or without
 * @param inline outputs that are small enough to be stored with the record of one that has ended
 */
public record JournalEntry(Execution execution, Map<OutputStreamKind, byte[]> inline) {
    private static final int VERSION_WITHOUT_BEGINNINGS = 1;
    private static final int VERSION_WITHOUT_ORIGINS = 2;

    /** In the newest version. */
    byte[] encode() {
        byte[] command = execution.command().getBytes(StandardCharsets.UTF_8);
        int outputs = inline.values().stream().mapToInt(output -> output.length).sum();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512 + command.length + outputs);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            id(out, execution.id());
            id(out, execution.environmentId());
            blob(out, command);
            text(out, execution.requestedBy());
            out.writeBoolean(execution.split());
            out.writeInt(execution.timeoutSeconds());
            instant(out, execution.queuedAt());
            instant(out, execution.startedAt());
            End end = execution.end();
            out.writeBoolean(end != null);
            if (end != null) {
                end(out, end);
            }
            for (OutputStreamKind stream : OutputStreamKind.values()) {
                blob(out, inline.get(stream));
            }
            origin(out, execution.origin());
        } catch (IOException impossible) {
            throw new IllegalStateException("memory does not fail", impossible);
        }
        return bytes.toByteArray();
    }

    private static void end(DataOutputStream out, End end) throws IOException {
        out.writeUTF(end.state().word());
        instant(out, end.at());
        number(out, end.exitCode());
        number(out, end.signal());
        out.writeBoolean(end.outOfMemory());
        out.writeLong(end.outputBytes());
        out.writeBoolean(end.truncated());
        Usage usage = end.usage();
        out.writeBoolean(usage != null);
        if (usage != null) {
            out.writeLong(usage.durationMillis());
            out.writeLong(usage.cpuMillis());
            out.writeLong(usage.peakMemoryBytes());
        }
        optionalText(out, end.reason());
    }

    private static void origin(DataOutputStream out, Origin origin) throws IOException {
        optionalText(out, origin.credential());
        optionalText(out, origin.address());
        optionalText(out, origin.requestId());
        optionalText(out, origin.traceId());
    }

    private static Origin origin(DataInputStream in) throws IOException {
        return new Origin(optionalText(in), optionalText(in), optionalText(in), optionalText(in));
    }

    /** Throws IOException for bytes that are no entry of that version. */
    static JournalEntry decode(int version, byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            Execution execution = new Execution(
                    id(in),
                    id(in),
                    text(in),
                    text(in),
                    in.readBoolean(),
                    in.readInt(),
                    requiredInstant(in),
                    instant(in),
                    version == VERSION_WITHOUT_BEGINNINGS || in.readBoolean() ? end(in) : null,
                    Origin.UNKNOWN);
            Map<OutputStreamKind, byte[]> inline = new EnumMap<>(OutputStreamKind.class);
            for (OutputStreamKind stream : OutputStreamKind.values()) {
                byte[] blob = blob(in);
                if (blob != null) {
                    inline.put(stream, blob);
                }
            }
            Origin origin = version <= VERSION_WITHOUT_ORIGINS ? Origin.UNKNOWN : origin(in);
            if (in.available() > 0) {
                throw new IOException("an entry that is longer than its version says");
            }
            return new JournalEntry(execution.from(origin), inline);
        } catch (IllegalArgumentException noState) {
            throw new IOException("an entry with values that there are not", noState);
        }
    }

    private static End end(DataInputStream in) throws IOException {
        return new End(
                ExecutionState.stored(in.readUTF()),
                requiredInstant(in),
                number(in),
                number(in),
                in.readBoolean(),
                in.readLong(),
                in.readBoolean(),
                in.readBoolean() ? new Usage(in.readLong(), in.readLong(), in.readLong()) : null,
                optionalText(in));
    }

    private static void id(DataOutputStream out, UUID id) throws IOException {
        out.writeLong(id.getMostSignificantBits());
        out.writeLong(id.getLeastSignificantBits());
    }

    private static UUID id(DataInputStream in) throws IOException {
        return new UUID(in.readLong(), in.readLong());
    }

    private static void instant(DataOutputStream out, @Nullable Instant instant) throws IOException {
        out.writeLong(instant == null ? Long.MIN_VALUE : ChronoUnit.MICROS.between(Instant.EPOCH, instant));
    }

    private static @Nullable Instant instant(DataInputStream in) throws IOException {
        long micros = in.readLong();
        return micros == Long.MIN_VALUE ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static Instant requiredInstant(DataInputStream in) throws IOException {
        Instant instant = instant(in);
        if (instant == null) {
            throw new IOException("a time is missing");
        }
        return instant;
    }

    private static void number(DataOutputStream out, @Nullable Integer number) throws IOException {
        out.writeLong(number == null ? Long.MIN_VALUE : number);
    }

    private static @Nullable Integer number(DataInputStream in) throws IOException {
        long number = in.readLong();
        return number == Long.MIN_VALUE ? null : (Integer) (int) number;
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        blob(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void optionalText(DataOutputStream out, @Nullable String text) throws IOException {
        blob(out, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(DataInputStream in) throws IOException {
        String text = optionalText(in);
        if (text == null) {
            throw new IOException("a text is missing");
        }
        return text;
    }

    private static @Nullable String optionalText(DataInputStream in) throws IOException {
        byte[] blob = blob(in);
        return blob == null ? null : new String(blob, StandardCharsets.UTF_8);
    }

    private static void blob(DataOutputStream out, byte @Nullable [] blob) throws IOException {
        out.writeInt(blob == null ? -1 : blob.length);
        if (blob != null) {
            out.write(blob);
        }
    }

    private static byte @Nullable [] blob(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        if (length > in.available()) {
            throw new IOException("a text is longer than its entry");
        }
        return in.readNBytes(length);
    }
}
