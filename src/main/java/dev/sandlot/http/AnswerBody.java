package dev.sandlot.http;

import java.io.IOException;
import java.io.OutputStream;

/** The body of an answer that goes out piece by piece. */
public final class AnswerBody {
    private AnswerBody() {}

    /** From here on each flush sends all: the container holds back what comes before the first until the second. */
    public static void begin(OutputStream body) throws IOException {
        body.flush();
    }
}
