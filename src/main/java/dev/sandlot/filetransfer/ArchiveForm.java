package dev.sandlot.filetransfer;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How an archive is written. */
enum ArchiveForm {
    TAR("application/x-tar"),
    GZIP("application/gzip"),
    ZIP("application/zip");

    static final String TAR_TYPE = "application/x-tar";
    static final String GZIP_TYPE = "application/gzip";

    private final String mediaType;

    ArchiveForm(String mediaType) {
        this.mediaType = mediaType;
    }

    MediaType mediaType() {
        return MediaType.valueOf(mediaType);
    }

    static Optional<ArchiveForm> of(MediaType type) {
        return Arrays.stream(values())
                .filter(form -> form.mediaType().isCompatible(type) && !type.isWildcardSubtype())
                .findFirst();
    }

    /** What a body is said to be; throws INVALID for all else. */
    static ArchiveForm read(@Nullable MediaType type) {
        return Optional.ofNullable(type)
                .flatMap(ArchiveForm::of)
                .orElseThrow(() -> new ApiException(
                        ErrorType.INVALID,
                        "Content-Type must be application/x-tar, application/gzip or application/zip"));
    }
}
