package dev.sandlot.filetransfer;

import dev.sandlot.http.RefusedBody;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.sandbox.FileCourier.Content;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A request's body on its way into a file.
 *
 * @param declared its length in bytes as far as it is known
 * @param most in bytes
 */
record IncomingContent(InputStream body, long declared, long most) implements Content {
    private static final int PIECE = 64 * 1024;

    @Override
    public void writeTo(OutputStream to) throws IOException {
        byte[] piece = new byte[PIECE];
        long left = most;
        for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
            left -= count;
            if (left < 0) {
                throw new RefusedBody(FileRefusals.tooLarge("The file is larger than " + most + " bytes"));
            }
            to.write(piece, 0, count);
        }
        Metrics.FILE_BYTES.add("in", most - left);
    }
}
