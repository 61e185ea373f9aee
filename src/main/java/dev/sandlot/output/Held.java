package dev.sandlot.output;

/**
 * What is kept of outputs and records, or a change of it.
 *
 * @param growing bytes, of {@code outputs}, that outputs which still grow have taken
 * @param outputs bytes of outputs, in files or with their records
 * @param records bytes of records without their outputs
 * @param executions how many of them are recorded
 */
public record Held(long growing, long outputs, long records, long executions) {
    public static final Held NOTHING = new Held(0, 0, 0, 0);

    /** A change of outputs that grow no more. */
    public static Held outputs(long bytes) {
        return new Held(0, bytes, 0, 0);
    }

    /** A change of records. */
    public static Held records(long bytes, long executions) {
        return new Held(0, 0, bytes, executions);
    }

    public Held plus(Held more) {
        return new Held(
                growing + more.growing, outputs + more.outputs, records + more.records, executions + more.executions);
    }

    public Held negated() {
        return new Held(-growing, -outputs, -records, -executions);
    }

    /** All bytes. */
    public long total() {
        return outputs + records;
    }

    /** Bytes of outputs that have ended: these can go. */
    public long removable() {
        return Math.max(0, outputs - growing);
    }
}
