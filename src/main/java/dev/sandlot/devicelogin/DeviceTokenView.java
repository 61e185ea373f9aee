package dev.sandlot.devicelogin;

import dev.sandlot.devicelogin.DeviceLogin.Granted;
import java.time.Duration;
import java.time.Instant;

/** The identity provider's token on its way to the device (RFC 6749, 5.1). */
public record DeviceTokenView(String accessToken, String tokenType, long expiresIn) {
    static DeviceTokenView of(Granted granted, Instant now) {
        long left = Duration.between(now, granted.expires()).toSeconds();
        return new DeviceTokenView(granted.token(), "Bearer", Math.max(0, left));
    }

    /** Never the token. */
    @Override
    public String toString() {
        return "DeviceTokenView";
    }
}
