package dev.sandlot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A command is the text of {@code sh -c -- text}, whatever it begins with and however long it is. */
@Tag("conformance")
public abstract class ShellSuite extends SandboxSuite {
    /** More than one argument of a program may take (execve(2)). */
    private static final int LONG = 200_000;

    private static final int MEBIBYTE = 1 << 20;

    @ParameterizedTest
    @ValueSource(strings = {"-x", "-c", "--version", "-", "--", "-o errexit", "+x", "-es", "--help"})
    void whatBeginsLikeAnOptionIsACommand(String option) throws SandboxException {
        Ran ran = run(option + " || echo fell back");

        assertThat(ran.outcome()).isEqualTo(exited(0));
        assertThat(ran.output()).endsWith("not found\nfell back\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-x || echo fell back",
                "echo \"$0|$#|$*|$-\"; for one; do echo no; done",
                "echo /proc/self/fd/*; [ -e /proc/$$/fd/3 ] || echo closed",
                "echo 'a'\"b\"`echo c` \\\n d $((1 + 2)) ${11-none} é😀",
                "cat <<E\n$0 $#\nE\n",
                "set -- one two; echo $# $2; shift; echo $1",
                "f() { echo $# \"$@\"; }; f 1 '2 3'",
                "alias say=echo\nsay hi",
                "trap 'echo bye' EXIT; echo hi",
                "false; exit",
                "return 3; echo no",
                "set -e; false; echo no",
                "exec echo over",
                "# nothing at all",
                "cat; echo read",
                "kill -9 $$",
                "readonly a=1\n\necho on; a=2; echo no",
                "\n\nnosuch; echo $?",
                "echo a\n)",
                "echo 'a",
                "; echo",
                "echo $((1 / 0))",
                "sh -c 'kill -9 $$'",
            })
    void nothingTellsALongCommandFromAShortOne(String command) throws SandboxException {
        Ran brief = run(padded(command, 1));
        Ran lengthy = run(padded(command, LONG));

        // Where nobody may write in its memory the shell joins the text by itself, and says so.
        boolean joinsItself = host().hasOwnKernel() || host().isRootTheHostsRoot();
        String complaint = joinsItself ? "eval: " : "none of it";
        assertThat(lengthy.output().replace(complaint, "")).isEqualTo(brief.output());
        assertThat(lengthy.outcome()).isEqualTo(brief.outcome());
    }

    private static String padded(String command, int length) {
        return command + "\n#" + "é".repeat(length / 2);
    }

    /** Where a character ends within a piece, and where none does; the limit of a request. */
    @ParameterizedTest
    @ValueSource(ints = {131_071 - 9, 131_072 - 9, 131_073 - 9, 262_142 - 9, 262_143 - 9, MEBIBYTE - 40})
    void everyByteArrives(int length) throws Exception {
        String text = text(length);

        Ran ran = run("x='" + text + "'; printf %s \"$x\" | sha256sum");

        assertThat(ran.output()).startsWith(sha256(text));
    }

    /** Of all characters but the quote's own. */
    private static String text(int length) {
        StringBuilder text = new StringBuilder(length);
        Random random = new Random(length);
        int left = length;
        while (left > 4) {
            int one = random.nextInt(4) == 0 ? 0x1f600 + random.nextInt(50) : 1 + random.nextInt(0x2000);
            if (one != '\'') {
                text.appendCodePoint(one);
                left -= Character.toString(one).getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return text.append("x".repeat(left)).toString();
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aLongCommandRunsLineByLine() throws SandboxException {
        Ran ran = run("echo begun\n" + ":\n".repeat(LONG / 2) + "echo done; exit 7");

        assertThat(ran.output()).isEqualTo("begun\ndone\n");
        assertThat(ran.outcome()).isEqualTo(exited(7));
    }
}
