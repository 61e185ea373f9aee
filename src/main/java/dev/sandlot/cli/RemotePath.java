package dev.sandlot.cli;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A path in an environment, as a command line says it: {@code ID:PATH}; without a path the working directory. */
record RemotePath(UUID environment, String path) {
    private static final Pattern FORM =
            Pattern.compile("(\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}):(.*)", Pattern.DOTALL);
    private static final String HERE = ".";

    RemotePath {
        path = path.isEmpty() ? HERE : path;
    }

    /** What that word says; empty: it is about a file of this machine, or none. */
    static Optional<RemotePath> find(String word) {
        Matcher form = FORM.matcher(word);
        return form.matches()
                ? Optional.of(new RemotePath(UUID.fromString(form.group(1)), form.group(2)))
                : Optional.empty();
    }

    /** Its last name; empty where it is said by none of its own, as {@code /}, {@code .} and {@code ..} are. */
    String name() {
        String bare = bare();
        String name = bare.substring(bare.lastIndexOf('/') + 1);
        return name.equals(HERE) || name.equals("..") ? "" : name;
    }

    /** A folder and nothing else is meant. */
    boolean saysFolder() {
        return path.endsWith("/");
    }

    RemotePath child(String name) {
        return new RemotePath(environment, path.endsWith("/") ? path + name : path + "/" + name);
    }

    /** Where that which {@link #name} names lies. */
    RemotePath parent() {
        String bare = bare();
        int slash = bare.lastIndexOf('/');
        return new RemotePath(environment, slash == 0 ? "/" : bare.substring(0, Math.max(0, slash)));
    }

    private String bare() {
        return path.replaceFirst("/+$", "");
    }

    @Override
    public String toString() {
        return environment + ":" + path;
    }
}
