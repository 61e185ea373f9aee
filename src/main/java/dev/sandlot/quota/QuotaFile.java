package dev.sandlot.quota;

import dev.sandlot.log.ServerLog;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The operator's file of quotas. It is read again when it changes; of one that is broken, or not there, the last good
 * state stays.
 */
final class QuotaFile {
    private static final Logger LOG = ServerLog.of(QuotaFile.class);
    private static final int SIZE_MAX = 4 << 20;

    private final Path file;
    private String seen = "";

    QuotaFile(Path file) {
        this.file = file;
    }

    /** What it says, at a start; throws IllegalArgumentException, with a sentence for the operator, when it can't be used. */
    Map<QuotaOwner, Quota> require() {
        try {
            seen = stamp();
            return read();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("SANDLOT_QUOTAS_FILE can't be read: " + file, unreadable);
        }
    }

    /** What it says now; empty when that is what it said before, or nothing that can be used. */
    Optional<Map<QuotaOwner, Quota>> changed() {
        String stamp = "none";
        try {
            stamp = stamp();
            if (stamp.equals(seen)) {
                return Optional.empty();
            }
            Map<QuotaOwner, Quota> quotas = read();
            seen = stamp;
            LOG.log(Level.INFO, "The quotas of {0} are in force", file);
            return Optional.of(quotas);
        } catch (IOException | IllegalArgumentException broken) {
            if (!stamp.equals(seen)) {
                LOG.log(Level.WARNING, "The quotas stay as they were: {0}", sentence(broken));
            }
            seen = stamp;
            return Optional.empty();
        }
    }

    private String sentence(Exception broken) {
        return broken instanceof IllegalArgumentException
                ? String.valueOf(broken.getMessage())
                : file + " can't be read";
    }

    private String stamp() throws IOException {
        return Files.getLastModifiedTime(file) + " " + Files.size(file);
    }

    private Map<QuotaOwner, Quota> read() throws IOException {
        if (Files.size(file) > SIZE_MAX) {
            throw new IllegalArgumentException(file + " is larger than 4 MiB");
        }
        Properties lines = new Properties();
        lines.load(new StringReader(Files.readString(file, StandardCharsets.UTF_8)));
        Map<QuotaOwner, Map<Allowance, Long>> found = new HashMap<>();
        for (String key : lines.stringPropertyNames()) {
            try {
                add(key, lines.getProperty(key).strip(), found);
            } catch (IllegalArgumentException broken) {
                throw new IllegalArgumentException(file + ", " + key + ": " + broken.getMessage(), broken);
            }
        }
        Map<QuotaOwner, Quota> quotas = new HashMap<>();
        found.forEach((owner, most) -> quotas.put(owner, new Quota(most)));
        return quotas;
    }

    private static void add(String key, String value, Map<QuotaOwner, Map<Allowance, Long>> found) {
        int dot = key.lastIndexOf('.');
        Allowance allowance = Allowance.parse(key.substring(dot + 1))
                .orElseThrow(() -> new IllegalArgumentException("a quota is of one of " + Allowance.words()));
        if (dot < 0 || !value.matches("[0-9]{1,12}")) {
            throw new IllegalArgumentException("a line must be as acme/main.environments=10");
        }
        found.computeIfAbsent(QuotaOwner.parse(key.substring(0, dot)), owner -> new EnumMap<>(Allowance.class))
                .put(allowance, allowance.require(Long.parseLong(value)));
    }
}
