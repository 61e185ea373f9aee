package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.FileEntry;
import dev.sandlot.sandbox.FileEntry.Owner;
import dev.sandlot.sandbox.FileException;
import dev.sandlot.sandbox.FileException.Reason;
import dev.sandlot.sandbox.FileException.Space;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxPath;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a courier says of files. What can't be is no answer. */
final class CourierAnswer {
    private static final Pattern ETAG = Pattern.compile("[0-9a-f-]{1,80}");
    private static final Pattern SPACE = Pattern.compile("([0-9]{1,18}) (bytes|files)");
    private static final int MODE_MAX = 0177777;
    private static final long ID_MAX = 0xffffffffL;
    private static final long SECONDS_MAX = Instant.MAX.getEpochSecond();
    private static final int NANOS_MAX = 999_999_999;

    private static final int ENOENT = 2;
    private static final int ERANGE = 34;

    private CourierAnswer() {}

    /** Throws what the keeper says, if it is not that there is a courier. */
    static void requireReady(Frame last) throws MalformedAnswerException, SandboxException, FileException {
        if (last.type() == FrameType.FAILED) {
            String what = last.fields().text(Tag.FAILED_WHAT);
            long error = last.fields().number(Tag.FAILED_ERRNO, Integer.MAX_VALUE);
            if (what.startsWith("find the ") && error == ENOENT) {
                throw new FileException(Reason.NOT_FOUND, "user");
            }
            if (what.equals("become") && error == ERANGE) {
                throw new FileException(Reason.INVALID_PATH, "user");
            }
            throw ExecAnswer.failure(last.fields());
        }
        last.expect(FrameType.CONNECTED);
    }

    static FileEntry entry(Frame frame) throws MalformedAnswerException {
        Fields fields = frame.expect(Parcels.ENTRY);
        String etag = new String(fields.bytes(Tag.ENTRY_ETAG), StandardCharsets.ISO_8859_1);
        if (!ETAG.matcher(etag).matches()) {
            throw new MalformedAnswerException("a file's mark that can't be one");
        }
        return new FileEntry(
                path(fields, Tag.ENTRY_PATH),
                (int) fields.number(Tag.ENTRY_MODE, MODE_MAX),
                fields.number(Tag.ENTRY_SIZE, ExecAnswer.MOST),
                Instant.ofEpochSecond(
                        fields.number(Tag.ENTRY_SECONDS, SECONDS_MAX), fields.number(Tag.ENTRY_NANOS, NANOS_MAX)),
                new Owner(fields.number(Tag.ENTRY_UID, ID_MAX), fields.number(Tag.ENTRY_GID, ID_MAX)),
                etag,
                fields.has(Tag.ENTRY_TARGET) ? Optional.of(path(fields, Tag.ENTRY_TARGET)) : Optional.empty(),
                fields.has(Tag.ENTRY_MADE));
    }

    static SandboxPath path(Fields fields, int tag) throws MalformedAnswerException {
        String bytes = new String(fields.bytes(tag), StandardCharsets.ISO_8859_1);
        if (!SandboxPath.isGood(bytes)) {
            throw new MalformedAnswerException("a path that can't be one");
        }
        return new SandboxPath(bytes);
    }

    static FileException failure(Fields fields) throws MalformedAnswerException {
        Reason reason = reason((int) fields.number(Tag.FAILED_ERRNO, Integer.MAX_VALUE));
        String on = fields.text(Tag.FAILED_ON);
        if (fields.text(Tag.FAILED_WHAT).equals("put")) {
            return new FileException(reason, on);
        }
        Matcher space = SPACE.matcher(on);
        return reason == Reason.NO_SPACE && space.matches()
                ? FileException.noSpace(
                        new Space(Long.parseLong(space.group(1)), space.group(2).equals("bytes")))
                : new FileException(reason, "");
    }

    /** By the kernel's numbers (errno(3)), which x86_64 and aarch64 have in common. */
    private static Reason reason(int error) {
        return switch (error) {
            case ENOENT -> Reason.NOT_FOUND;
            // EPERM, EACCES, EBUSY (it is mounted), EROFS, ETXTBSY
            case 1, 13, 16, 30, 26 -> Reason.DENIED;
            case 21 -> Reason.IS_DIRECTORY;
            case 20 -> Reason.NOT_A_DIRECTORY;
            // ENXIO, EXDEV (a folder does not go to another file system), ENODEV, ENOTSUP
            case 6, 18, 19, 95 -> Reason.NOT_A_FILE;
            case 39 -> Reason.NOT_EMPTY;
            // ENOSPC, EDQUOT, ENOMEM
            case 28, 122, 12 -> Reason.NO_SPACE;
            // ESTALE
            case 116 -> Reason.CHANGED;
            case 17 -> Reason.EXISTS;
            // EINVAL, ENAMETOOLONG, ELOOP
            case 22, 36, 40 -> Reason.INVALID_PATH;
            // E2BIG, EFBIG, EMFILE (too deep)
            case 7, 27, 24 -> Reason.TOO_LARGE;
            default -> Reason.BROKEN;
        };
    }
}
