package dev.sandlot.settings;

/** The refusal of a value; its message ends the sentence that says so. */
final class Unfit extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN_MAX = 60;

    Unfit(String ending) {
        super(ending);
    }

    /** The text as an operator's own words are shown to them. */
    static String shown(String text) {
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "…";
    }
}
