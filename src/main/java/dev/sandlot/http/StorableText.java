package dev.sandlot.http;

import dev.sandlot.errors.Faults;
import jakarta.json.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What every database takes as text: Unicode without NUL (PostgreSQL, "Character Types"). */
public final class StorableText {
    private StorableText() {}

    /** False for text with half of a surrogate pair, which has no UTF-8. */
    static boolean isUnicode(String text) {
        int i = 0;
        while (i < text.length()) {
            boolean isHalf = Character.isSurrogate(text.charAt(i));
            boolean isPair =
                    isHalf && i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
            if (isHalf && !isPair) {
                return false;
            }
            i += isPair ? 2 : 1;
        }
        return true;
    }

    /** Tells a fault for each text with a NUL in a tree of maps, lists and texts, names included. */
    public static void check(Object tree, Faults faults, Object... place) {
        new Walk(faults, new ArrayList<>(List.of(place))).visit(tree);
    }

    private record Walk(Faults faults, List<Object> place) {
        private void visit(Object value) {
            if (value instanceof Map<?, ?> members) {
                members.forEach((name, member) -> {
                    checkText(String.valueOf(name), name);
                    below(name, member);
                });
            } else if (value instanceof List<?> items) {
                for (int i = 0; i < items.size(); i++) {
                    below(i, items.get(i));
                }
            } else if (value instanceof JsonString string) {
                checkText(string.getString());
            } else if (value instanceof String text) {
                checkText(text);
            }
        }

        private void below(Object step, Object value) {
            place.add(step);
            visit(value);
            place.remove(place.size() - 1);
        }

        private void checkText(String text, Object... below) {
            if (text.indexOf('\0') >= 0) {
                List<Object> loc = new ArrayList<>(place);
                loc.addAll(List.of(below));
                faults.badValue("Must not contain a NUL character", loc.toArray());
            }
        }
    }
}
