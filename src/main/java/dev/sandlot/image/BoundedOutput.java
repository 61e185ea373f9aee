package dev.sandlot.image;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Ends the transfer of a blob that is longer than it is said to be, or takes too long. */
final class BoundedOutput extends FilterOutputStream {
    private final Budget budget;
    private long left;

    BoundedOutput(OutputStream out, ImageManifest.Blob blob, Budget budget) {
        super(out);
        this.budget = budget;
        this.left = blob.size();
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        left -= length;
        if (left < 0) {
            throw new IOException("a blob is longer than its manifest says");
        }
        try {
            budget.checkTime();
        } catch (ImageException late) {
            throw new IOException(late.getMessage(), late);
        }
        out.write(bytes, offset, length);
    }
}
