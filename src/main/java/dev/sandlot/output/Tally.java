package dev.sandlot.output;

/** What an organization, or the server, keeps. */
final class Tally {
    private Held held = Held.NOTHING;

    synchronized Held add(Held change) {
        held = held.plus(change);
        return held;
    }

    synchronized Held held() {
        return held;
    }
}
