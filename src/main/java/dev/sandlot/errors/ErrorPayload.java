package dev.sandlot.errors;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The envelope: the body of every answer that is not a success. {@code errors} is there for 422 only. */
public record ErrorPayload(
        int code, String detail, String type, @Nullable List<Fault> errors) {
    /** The envelope of a failure. */
    public static ErrorPayload of(ApiException failure) {
        ErrorType type = failure.type();
        List<Fault> faults = type == ErrorType.VALIDATION ? failure.faults() : null;
        return new ErrorPayload(type.status(), failure.detail(), type.word(), faults);
    }
}
