package dev.sandlot.answers;

/** The answer to an execute: these two members and no other. */
public record ResultView(int exitCode, String output) {
    /** Who writes it as JSON keeps it in a set meanwhile: its output is not to be read once more for that. */
    @Override
    public int hashCode() {
        return exitCode;
    }
}
