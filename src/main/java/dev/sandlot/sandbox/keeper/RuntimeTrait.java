package dev.sandlot.sandbox.keeper;

/** What a keeper must know of an OCI runtime, by its bit (spec.h). */
public enum RuntimeTrait {
    /** It refuses hosts with control groups of both versions, though it is to use none. */
    BLIND(1),
    /** A container has a kernel of its own. */
    KERNEL(2);

    private final int bit;

    RuntimeTrait(int bit) {
        this.bit = bit;
    }

    int bit() {
        return bit;
    }
}
