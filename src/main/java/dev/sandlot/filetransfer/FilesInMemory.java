package dev.sandlot.filetransfer;

import dev.sandlot.audit.AuditedFiles;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.sandbox.FileCourier;
import dev.sandlot.sandbox.FileCourier.Content;
import dev.sandlot.sandbox.FileCourier.Draft;
import dev.sandlot.sandbox.FileEntry;
import dev.sandlot.sandbox.FileException;
import dev.sandlot.sandbox.FileException.Reason;
import dev.sandlot.sandbox.SandboxPath;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/**
 * Small files, and parts of large ones, for callers who hold them as a whole. Who may, what is counted and told to the
 * audit, and how it fails is as it is with those that are streamed.
 */
@Singleton
public class FilesInMemory {
    private final Transfers transfers;

    @Inject
    FilesInMemory(Transfers transfers) {
        this.transfers = transfers;
    }

    /** A part of a file; {@code more}: there is something behind it. */
    public record Part(ByteBuffer bytes, boolean more) {}

    /** The bytes from {@code offset} on, {@code most} of them; none where the file ends before. */
    public CompletionStage<Part> read(FileAccess access, SandboxPath path, long offset, int most) {
        AuditedFiles audited = audited(access, path);
        return transfers.answer(access, path, courier -> {
            long left = Math.max(0, courier.open(path).size() - offset);
            int length = (int) Math.min(most, left);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(length);
            courier.read(offset, length, bytes);
            Metrics.FILE_BYTES.add("out", length);
            audited.carries(length);
            return new Part(ByteBuffer.wrap(bytes.toByteArray()), length < left);
        });
    }

    /** Puts a whole file in its place, and makes the directories on the way. */
    public CompletionStage<FileEntry> write(FileAccess access, SandboxPath path, ByteBuffer content) {
        AuditedFiles audited = audited(access, path);
        return transfers.answer(access, path, courier -> {
            FileEntry written = courier.write(draft(path, content, false), bytes(content));
            audited.carries(content.remaining());
            return written;
        });
    }

    /** Adds to what is there; where there is nothing it becomes the file. */
    public CompletionStage<FileEntry> append(FileAccess access, SandboxPath path, ByteBuffer content) {
        AuditedFiles audited = audited(access, path);
        return transfers.answer(access, path, courier -> {
            Optional<FileEntry> there = find(courier, path);
            FileEntry longer = there.isPresent()
                    ? courier.append(path, there.get().size(), bytes(content))
                    : courier.write(draft(path, content, true), bytes(content));
            audited.carries(content.remaining());
            return longer;
        });
    }

    private static Optional<FileEntry> find(FileCourier courier, SandboxPath path) throws FileException, IOException {
        try {
            return Optional.of(courier.stat(path, false));
        } catch (FileException refused) {
            if (refused.reason() == Reason.NOT_FOUND) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    private static Draft draft(SandboxPath path, ByteBuffer content, boolean fresh) {
        return new Draft(path, OptionalInt.empty(), fresh, Optional.empty(), content.remaining());
    }

    private static Content bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return to -> {
            to.write(bytes);
            Metrics.FILE_BYTES.add("in", bytes.length);
        };
    }

    private static AuditedFiles audited(FileAccess access, SandboxPath path) {
        return AuditedFiles.of(access.exchange(), EncodedPath.whole(path));
    }
}
