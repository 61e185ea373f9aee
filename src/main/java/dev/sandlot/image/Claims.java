package dev.sandlot.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What must not be collected though no environment on record has it: of pulls under way, of who is about to use it. */
final class Claims {
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    /** What somebody claims, until it is closed. */
    final class Claim implements AutoCloseable {
        private final List<String> names = new ArrayList<>();

        private Claim() {}

        /** Digest of an image, or hash of a layer. */
        synchronized void add(String name) {
            names.add(name);
            counts.merge(name, 1, Integer::sum);
        }

        @Override
        public synchronized void close() {
            names.forEach(name -> counts.computeIfPresent(name, (same, count) -> count > 1 ? count - 1 : null));
            names.clear();
        }
    }

    /** A claim to nothing yet. */
    Claim open() {
        return new Claim();
    }

    boolean contains(String name) {
        return counts.containsKey(name);
    }
}
