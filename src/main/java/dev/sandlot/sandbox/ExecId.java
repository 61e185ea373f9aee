package dev.sandlot.sandbox;

import java.util.UUID;

/** Names one run of a command; never used twice. */
public record ExecId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
