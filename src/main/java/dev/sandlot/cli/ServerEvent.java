package dev.sandlot.cli;

import org.jspecify.annotations.Nullable;

/** An event of a stream (HTML Standard, 9.2.6). */
record ServerEvent(@Nullable String id, String name, String data) {
    /** Puts lines together to events. */
    static final class Reader {
        private @Nullable String id;
        private String name = "";
        private String data = "";

        /** The event that ends with this line; null while there is none. */
        @Nullable
        ServerEvent read(String line) {
            if (line.isEmpty()) {
                ServerEvent event = data.isEmpty() ? null : new ServerEvent(id, name, data);
                name = "";
                data = "";
                return event;
            }
            int colon = line.indexOf(':');
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (colon < 0 ? line : line.substring(0, colon)) {
                case "id" -> id = value;
                case "event" -> name = value;
                case "data" -> data = data.isEmpty() ? value : data + "\n" + value;
                default -> {
                    // A comment, or what a later server may say.
                }
            }
            return null;
        }
    }
}
