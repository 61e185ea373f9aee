package dev.sandlot.cli;

import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.time.Duration;

/**
 * A login that is to be approved elsewhere (RFC 8628, 3.2).
 *
 * @param userCode what its user compares, or types
 * @param address where its user approves it
 * @param lifetime for how long that can be done
 * @param interval the shortest time between two questions whether it has been
 */
record DeviceCodes(String deviceCode, String userCode, String address, Duration lifetime, Duration interval) {
    private static final int LIFETIME_MAX = 3600;
    private static final int INTERVAL_MAX = 60;
    private static final int INTERVAL_USUAL = 5;

    /** What the server answers; nothing of it steers a terminal, and its times have bounds. */
    static DeviceCodes of(String answer) {
        try {
            JsonObject codes = Api.parse(answer).asJsonObject();
            return new DeviceCodes(
                    codes.getString("device_code"),
                    Shown.line(codes.getString("user_code")),
                    Shown.line(codes.getString("verification_url")),
                    seconds(codes.getInt("expires_in"), LIFETIME_MAX),
                    seconds(codes.getInt("interval", INTERVAL_USUAL), INTERVAL_MAX));
        } catch (JsonException | ClassCastException | NullPointerException foreign) {
            throw new Failure(Failure.FAILED, "The server answered something that is no login");
        }
    }

    private static Duration seconds(int told, int most) {
        return Duration.ofSeconds(Math.max(1, Math.min(told, most)));
    }

    /** What its user is to do. */
    String request() {
        return "Open " + address + " in a browser and approve the code " + userCode;
    }

    /** Never the secret one. */
    @Override
    public String toString() {
        return "DeviceCodes[" + userCode + "]";
    }
}
