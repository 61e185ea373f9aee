package dev.sandlot.filetransfer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Sees whether an archive comes to its end: readers of archives take one that is cut off between two members for a whole
 * one.
 */
final class ArchiveEnd extends FilterInputStream {
    /** A tar is made of them, and one of zeros, at least, is its end (tar(5)). */
    private static final int RECORD = 512;
    /** What a zip's last record begins with (APPNOTE.TXT, 4.3.16). */
    private static final int LAST_RECORD = 0x504b0506;

    private static final int LAST_RECORD_REST = 18;
    private static final int COUNT_AT = 6;
    private static final int COMMENT_AT = 16;
    private static final int IN_ZIP64 = 0xffff;

    private final boolean isZip;
    private final byte[] last = new byte[LAST_RECORD_REST];
    private boolean looks;
    private long position;
    private int zeros;
    private boolean ended;
    private int word;
    private int known = -1;
    private long behind;

    ArchiveEnd(ArchiveForm form, InputStream archive) {
        super(archive);
        isZip = form == ArchiveForm.ZIP;
        looks = isZip;
    }

    /** The next member's head is read from here on, or the end. */
    void beginHead() {
        looks = true;
        ended = false;
        // What fills up a member's last record is none.
        zeros = -RECORD;
    }

    /** A member's content, or what comes behind the end. A zip is read ahead of what is asked of it. */
    void endHead() {
        looks = isZip;
    }

    /** When all has been read: whether it ended as an archive of so many members does. */
    boolean isWhole(long members) {
        return isZip ? isWholeZip(members) : ended;
    }

    private boolean isWholeZip(long members) {
        int count = number(COUNT_AT);
        return known == LAST_RECORD_REST
                && behind == number(COMMENT_AT)
                && (count == IN_ZIP64 || count == (members & IN_ZIP64));
    }

    private int number(int at) {
        return (last[at] & 0xff) | (last[at + 1] & 0xff) << Byte.SIZE;
    }

    @Override
    public int read() throws IOException {
        int one = super.read();
        if (one >= 0) {
            see((byte) one);
        }
        return one;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        if (!looks) {
            position += Math.max(0, count);
            return count;
        }
        for (int i = 0; i < count; i++) {
            see(bytes[offset + i]);
        }
        return count;
    }

    /** What is passed over is looked at as well. */
    @Override
    public long skip(long most) throws IOException {
        return Math.max(0, read(new byte[(int) Math.min(most, RECORD)]));
    }

    /** Nothing is seen twice. */
    @Override
    public boolean markSupported() {
        return false;
    }

    private void see(byte one) {
        zeros = (position++ % RECORD == 0 ? 0 : zeros) + (one == 0 ? 1 : 0);
        ended |= zeros == RECORD;
        word = word << Byte.SIZE | (one & 0xff);
        if (word == LAST_RECORD) {
            known = 0;
            behind = 0;
        } else if (known >= 0 && known < LAST_RECORD_REST) {
            last[known++] = one;
        } else {
            behind++;
        }
    }
}
