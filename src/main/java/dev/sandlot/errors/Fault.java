package dev.sandlot.errors;

import java.util.List;

/**
 * One thing that is wrong with a request.
 *
 * @param loc where: {@code body}, {@code path}, {@code query} or {@code header}, then names and indexes
 * @param msg a sentence for a person
 * @param type a stable word
 */
public record Fault(List<Object> loc, String msg, String type) {
    public Fault {
        loc = List.copyOf(loc);
    }
}
