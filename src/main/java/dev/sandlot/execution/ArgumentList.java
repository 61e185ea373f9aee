package dev.sandlot.execution;

import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import java.util.List;
import java.util.stream.Collectors;

/** A program and its arguments as shell text that runs it in the shell's place: not a character of them means anything else. */
final class ArgumentList {
    private static final int MOST = 65_536;

    private ArgumentList() {}

    /** The text of the member; tells faults for what is no program. */
    static String read(JsonBody body, Faults faults) {
        int before = faults.all().size();
        List<String> words = body.stringList("argv", MOST);
        if (faults.all().size() > before) {
            return "";
        }
        if (words.isEmpty() || words.get(0).isEmpty() || words.get(0).startsWith("-")) {
            faults.badValue("Must begin with a program, which does not begin with -", "body", "argv");
            return "";
        }
        return "exec " + words.stream().map(ArgumentList::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
