package dev.sandlot.bench;

/** A document, part of which is made by the benchmark. */
final class Document {
    static final String BEGIN = "<!-- figures: written by mvn -Pbench verify -Dbench.document -->";
    static final String END = "<!-- end of figures -->";

    private Document() {}

    /** The same document with those figures. */
    static String with(String document, String figures) {
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("the document has no place for figures");
        }
        return document.substring(0, begin + BEGIN.length()) + "\n\n" + figures.strip() + "\n\n"
                + document.substring(end);
    }
}
