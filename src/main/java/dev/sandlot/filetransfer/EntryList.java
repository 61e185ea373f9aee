package dev.sandlot.filetransfer;

import dev.sandlot.sandbox.FileCourier;
import dev.sandlot.sandbox.SandboxPath;
import jakarta.json.bind.annotation.JsonbNillable;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is in a directory, by the order of the paths' bytes.
 *
 * @param next what {@code after} takes for those behind these; null: there are none
 */
@JsonbNillable
public record EntryList(List<EntryView> entries, @Nullable String next) {
    static EntryList of(FileCourier.Page page) {
        return new EntryList(
                page.entries().stream().map(EntryView::of).toList(),
                page.next().map(EntryList::cursor).orElse(null));
    }

    private static String cursor(SandboxPath path) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(path.toBytes());
    }

    /** What such a word stands for; empty: it is none. */
    static Optional<SandboxPath> path(String cursor) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            SandboxPath path = SandboxPath.of(bytes);
            return Optional.of(path);
        } catch (IllegalArgumentException noCursor) {
            return Optional.empty();
        }
    }
}
