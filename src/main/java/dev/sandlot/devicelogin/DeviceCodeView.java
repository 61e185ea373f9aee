package dev.sandlot.devicelogin;

import jakarta.json.bind.annotation.JsonbNillable;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A login that has begun, on the wire: in the words of RFC 8628, 3.2, and one address for who knows of one alone. */
public record DeviceCodeView(
        String deviceCode,
        String userCode,
        URI verificationUrl,
        URI verificationUri,
        @JsonbNillable(false) @Nullable URI verificationUriComplete,
        long expiresIn,
        long interval) {
    static DeviceCodeView of(DeviceLogins.Begun begun) {
        DeviceCodes codes = begun.codes();
        return new DeviceCodeView(
                begun.code(),
                codes.userCode(),
                codes.complete().orElse(codes.verification()),
                codes.verification(),
                codes.complete().orElse(null),
                codes.lifetime().toSeconds(),
                codes.interval().toSeconds());
    }

    /** Never a code. */
    @Override
    public String toString() {
        return "DeviceCodeView";
    }
}
