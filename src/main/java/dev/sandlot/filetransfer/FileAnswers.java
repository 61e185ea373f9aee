package dev.sandlot.filetransfer;

import dev.sandlot.audit.AuditedFiles;
import dev.sandlot.errors.Faults;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.output.ByteRange;
import dev.sandlot.sandbox.FileCourier;
import dev.sandlot.sandbox.FileEntry;
import dev.sandlot.sandbox.FileException;
import dev.sandlot.sandbox.SandboxPath;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The bytes of files in answers, whole or in part (RFC 9110, 13 and 14), and in requests. */
@Singleton
class FileAnswers {
    static final String MODE = "X-File-Mode";

    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;

    private final TransferConfig config;

    @Inject
    FileAnswers(TransferConfig config) {
        this.config = config;
    }

    static String etag(FileEntry entry) {
        return '"' + entry.etag() + '"';
    }

    /** The answer's head for all of a file. */
    Response.ResponseBuilder head(FileEntry file) {
        return about(file, OK).header(HttpHeaders.CONTENT_LENGTH, file.size());
    }

    private static Response.ResponseBuilder about(FileEntry file, int status) {
        return Response.status(status)
                .type(MediaType.APPLICATION_OCTET_STREAM_TYPE)
                .header(HttpHeaders.ETAG, etag(file))
                .header(
                        HttpHeaders.LAST_MODIFIED,
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                file.modified().atOffset(ZoneOffset.UTC)))
                .header(MODE, EntryView.mode(file))
                .header("Accept-Ranges", "bytes");
    }

    /** What of a file is asked for. The courier reads it while it is sent. */
    Response content(FileCall.Wish wish, AuditedFiles audited, FileCourier courier, SandboxPath path)
            throws FileException, IOException {
        FileEntry file = courier.open(path);
        if (matches(wish.ifNoneMatch(), file)) {
            return Response.notModified().header(HttpHeaders.ETAG, etag(file)).build();
        }
        Faults faults = new Faults();
        Optional<ByteRange> range =
                isForThis(wish.ifRange(), file) ? ByteRange.parse(wish.range(), file.size(), faults) : Optional.empty();
        faults.throwIfAny();
        ByteRange part = range.orElse(new ByteRange(0, file.size()));
        long length = part.to() - part.from();
        if (length > config.fileBytes()) {
            throw FileRefusals.tooLarge("More than " + config.fileBytes() + " bytes go out in parts (Range)");
        }
        audited.carries(length);
        Response.ResponseBuilder answer = about(file, range.isPresent() ? PARTIAL_CONTENT : OK)
                // Who is cut off sees that it is.
                .header(HttpHeaders.CONTENT_LENGTH, length)
                .entity((StreamingOutput) out -> send(courier, part.from(), length, out));
        range.ifPresent(asked ->
                answer.header("Content-Range", "bytes " + asked.from() + "-" + (asked.to() - 1) + "/" + file.size()));
        return answer.build();
    }

    private static void send(FileCourier courier, long from, long length, OutputStream out) throws IOException {
        try {
            courier.read(from, length, out);
            Metrics.FILE_BYTES.add("out", length);
        } catch (FileException changed) {
            throw new IOException("the file is not what it was", changed);
        }
    }

    private static boolean matches(@Nullable String header, FileEntry file) {
        if (header == null) {
            return false;
        }
        for (String one : header.split(",", -1)) {
            String mark = one.strip();
            if (mark.equals("*") || mark.equals(etag(file)) || mark.equals("W/" + etag(file))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isForThis(@Nullable String header, FileEntry file) {
        return header == null || header.strip().equals(etag(file));
    }

    /** The body of that call; throws too_large for one that says so of itself. */
    IncomingContent incoming(FileCall call, InputStream body) {
        long declared = call.exchange().getContentLengthLong();
        if (declared > config.fileBytes()) {
            throw FileRefusals.tooLarge("The file is larger than " + config.fileBytes() + " bytes");
        }
        return new IncomingContent(body, Math.max(0, declared), config.fileBytes());
    }
}
