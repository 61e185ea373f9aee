package dev.sandlot.errors;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects all that is wrong with a request, so that a client is told everything at once: a hundred faults, and how many
 * there are beyond.
 */
public final class Faults {
    private static final int TOLD_MAX = 100;

    private final List<Fault> told = new ArrayList<>();
    private int count;

    /** A member, header or parameter that must be there is not. */
    public void missing(Object... loc) {
        add("Field required", "missing", loc);
    }

    /** A value is there, but of another type than {@code wanted} ("a string"). */
    public void wrongType(String wanted, Object... loc) {
        add("Must be " + wanted, "type_error", loc);
    }

    /** A value can't be taken, for the reason given. */
    public void badValue(String message, Object... loc) {
        add(message, "value_error", loc);
    }

    private void add(String message, String type, Object... loc) {
        count++;
        if (told.size() < TOLD_MAX) {
            told.add(new Fault(List.of(loc), message, type));
        }
    }

    /** What was collected, in order; the first hundred. */
    public List<Fault> all() {
        return List.copyOf(told);
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /** The first of them, and how many more there are. */
    public String sentence() {
        String first = told.isEmpty() ? "nothing is wrong" : told.get(0).sentence();
        return count > 1 ? first + " (and " + (count - 1) + " more)" : first;
    }

    /** The collected faults as one {@link ErrorType#VALIDATION}. */
    public ApiException toException() {
        return ApiException.validation(sentence(), told);
    }

    /** Throws the collected faults as one {@link ErrorType#VALIDATION}, if there are any. */
    public void throwIfAny() {
        if (count > 0) {
            throw toException();
        }
    }
}
