package dev.sandlot.sandbox.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the host's distribution laid down in {@code /etc}, as its package manager recorded it (dpkg-query(1),
 * "Conffiles"): a file that is still as it came tells nothing of this host.
 */
final class PackageRecord {
    private static final Pattern CONFFILE = Pattern.compile(" (/\\S+) ([0-9a-f]{32})( obsolete)?");

    private final Map<String, String> sums;

    private PackageRecord(Map<String, String> sums) {
        this.sums = Map.copyOf(sums);
    }

    /** The record of the system whose root is that folder; empty where there is none that is known here. */
    static Optional<PackageRecord> read(Path root) throws IOException {
        Path status = root.resolve("var/lib/dpkg/status");
        if (!Files.isReadable(status)) {
            return Optional.empty();
        }
        Map<String, String> sums = new HashMap<>();
        for (String line : Files.readAllLines(status)) {
            Matcher conffile = CONFFILE.matcher(line);
            if (conffile.matches()) {
                sums.put(conffile.group(1), conffile.group(2));
            }
        }
        return Optional.of(new PackageRecord(sums));
    }

    /** Whether that file, by its absolute name, is as its package brought it. */
    boolean isUntouched(String name, byte[] content) {
        String sum = sums.get(name);
        return sum != null && sum.equals(md5(content));
    }

    /** What the record uses; nobody is kept out by it who may write there. */
    private static String md5(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
        } catch (NoSuchAlgorithmException without) {
            return "";
        }
    }
}
