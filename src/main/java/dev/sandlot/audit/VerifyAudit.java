package dev.sandlot.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Console command: follows the chain in a file that was exported, without a server or a library. Its arguments are the
 * file, and the hash that its last entry must have, if that is known from elsewhere. Ends with 1 where the chain is broken.
 */
public final class VerifyAudit {
    private static final int BROKEN = 1;
    private static final int MISUSED = 2;

    private VerifyAudit() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 1 || arguments.length > 2 || !Files.isReadable(Path.of(arguments[0]))) {
            System.err.println(
                    "Name a file of the audit's lines, and after it the hash of its last entry if you know it");
            System.exit(MISUSED);
        }
        Result result = verify(
                Path.of(arguments[0]),
                Optional.of(arguments).filter(all -> all.length == 2).map(all -> all[1]));
        if (result.isGood()) {
            System.out.println(result.sentence());
        } else {
            System.err.println(result.sentence());
            System.exit(BROKEN);
        }
    }

    /** What there is to say. */
    record Result(boolean isGood, String sentence) {}

    static Result verify(Path file, Optional<String> end) throws IOException {
        AuditVerifier verifier = AuditVerifier.fromAnywhere();
        String first = "";
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                Optional<AuditLink> link = AuditLink.read(line);
                if (link.isEmpty()) {
                    return new Result(false, "Line " + number + " is no entry of an audit");
                }
                Optional<AuditVerifier.Broken> broken = verifier.next(link.get());
                if (broken.isPresent()) {
                    return new Result(
                            false,
                            "The chain is broken at entry " + broken.get().seq() + " (line " + number + "): "
                                    + broken.get().reason());
                }
                first = number == 1 ? link.get().previous() : first;
            }
        }
        return whole(verifier, first, end);
    }

    private static Result whole(AuditVerifier verifier, String first, Optional<String> end) {
        AuditVerifier.Place last = verifier.last();
        if (end.isPresent() && !end.get().equals(last.hash())) {
            return new Result(
                    false,
                    "The chain ends at entry " + last.seq() + " with " + last.hash()
                            + ", and not with the hash that was named");
        }
        return new Result(
                true,
                "The chain of " + verifier.count() + " entries is whole: from " + first + " to entry " + last.seq()
                        + " with " + last.hash());
    }
}
