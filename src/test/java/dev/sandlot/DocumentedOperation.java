package dev.sandlot;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An operation as the table of docs/http.md has it.
 *
 * @param request its verb and path, shortened as there
 * @param roles who may ask for it
 * @param errors statuses that not every operation can answer
 */
public record DocumentedOperation(String id, String request, String roles, List<String> errors) {
    private static final Splitter CELLS = Splitter.on('|').trimResults();

    /** Whether it is for everybody, where it is there at all. */
    public boolean isOpen() {
        return roles.equals("none");
    }

    /** All of them. */
    public static List<DocumentedOperation> all() throws IOException {
        return rows(Path.of("docs/http.md")).stream()
                .filter(cells -> cells.get(2).matches("`[A-Z]+ [WTOU/].*`"))
                .map(cells -> new DocumentedOperation(
                        cells.get(1),
                        cells.get(2).replace("`", ""),
                        cells.get(3),
                        Splitter.on(", ").omitEmptyStrings().splitToList(cells.get(5))))
                .toList();
    }

    /** The rows of a document's tables; a row's first cell is at 1. */
    static List<List<String>> rows(Path document) throws IOException {
        return Files.readAllLines(document).stream()
                .filter(line -> line.startsWith("| "))
                .map(CELLS::splitToList)
                .toList();
    }
}
