package dev.sandlot.files;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * An archive of which no more than a bound is read while it says what comes next: names and extended headers are held in
 * memory as a whole, whatever their length.
 */
public final class HeaderGuard extends FilterInputStream {
    /** The most that is said about one entry: as much as common archivers take. */
    private static final int HEADERS_MAX = 1 << 20;

    private boolean inHeaders;
    private int left;

    public HeaderGuard(InputStream archive) {
        super(archive);
    }

    /** The headers were longer. */
    public static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLongException() {
            super("the headers of one entry are longer than " + HEADERS_MAX + " bytes");
        }
    }

    /** What is read from now on, until {@link #endHeaders}, are the headers of one entry. */
    public void beginHeaders() {
        inHeaders = true;
        left = HEADERS_MAX;
    }

    public void endHeaders() {
        inHeaders = false;
    }

    @Override
    public int read() throws IOException {
        int single = super.read();
        count(single < 0 ? 0 : 1);
        return single;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        count(count);
        return count;
    }

    @Override
    public long skip(long most) throws IOException {
        long count = super.skip(most);
        count(count);
        return count;
    }

    private void count(long bytes) throws TooLongException {
        if (!inHeaders || bytes <= 0) {
            return;
        }
        left -= (int) Math.min(bytes, left + 1L);
        if (left < 0) {
            throw new TooLongException();
        }
    }
}
