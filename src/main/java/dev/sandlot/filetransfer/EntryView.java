package dev.sandlot.filetransfer;

import dev.sandlot.sandbox.FileEntry;
import dev.sandlot.sandbox.SandboxPath;
import jakarta.json.bind.annotation.JsonbNillable;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a file is, on the wire.
 *
 * @param encodedPath the path as a query takes it, where its text does not say all of it
 */
@JsonbNillable
public record EntryView(
        String name,
        String path,
        String type,
        long size,
        String mode,
        long uid,
        long gid,
        Instant modifiedAt,
        @Nullable String symlinkTarget,
        @JsonbNillable(false) @Nullable String encodedPath) {

    static EntryView of(FileEntry entry) {
        return new EntryView(
                entry.path().name().text(),
                entry.path().text(),
                entry.kind().name().toLowerCase(Locale.ROOT),
                entry.size(),
                mode(entry),
                entry.owner().user(),
                entry.owner().group(),
                entry.modified(),
                entry.target().map(SandboxPath::text).orElse(null),
                EncodedPath.of(entry.path()).orElse(null));
    }

    static String mode(FileEntry entry) {
        return String.format(Locale.ROOT, "%04o", entry.permissions());
    }
}
