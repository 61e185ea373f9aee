package dev.sandlot.errors;

import java.util.ArrayList;
import java.util.List;

/** Collects all that is wrong with a request, so that a client is told everything at once. */
public final class Faults {
    private final List<Fault> faults = new ArrayList<>();

    /** A member, header or parameter that must be there is not. */
    public void missing(Object... loc) {
        faults.add(new Fault(List.of(loc), "Field required", "missing"));
    }

    /** It is there, but of another type than {@code wanted} ("a string"). */
    public void wrongType(String wanted, Object... loc) {
        faults.add(new Fault(List.of(loc), "Must be " + wanted, "type_error"));
    }

    /** Its value can't be taken, for the reason given. */
    public void badValue(String message, Object... loc) {
        faults.add(new Fault(List.of(loc), message, "value_error"));
    }

    /** What was collected, in order. */
    public List<Fault> all() {
        return List.copyOf(faults);
    }

    /** Throws the collected faults as one {@link ErrorType#VALIDATION}, if there are any. */
    public void throwIfAny() {
        if (!faults.isEmpty()) {
            throw ApiException.validation(faults);
        }
    }
}
