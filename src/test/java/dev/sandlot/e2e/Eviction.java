package dev.sandlot.e2e;

import dev.sandlot.e2e.Api.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The end of all environments of a workspace. */
final class Eviction {
    private static final Duration MOST = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final String LIVING = "?limit=200&state=building&state=provisioning&state=ready&state=paused";

    private Eviction() {}

    /** Deletes them until none is left; false when a server that is hard pressed keeps some all the same. */
    static boolean of(Api api) throws InterruptedException {
        Span span = new Span(MOST);
        while (!round(api)) {
            if (span.isOver()) {
                return false;
            }
            span.pause(PAUSE);
        }
        return true;
    }

    private static boolean round(Api api) throws InterruptedException {
        try {
            Answer living = api.inWorkspace(LIVING);
            if (living.status() != 200) {
                return false;
            }
            List<String> ids = living.body().getJsonArray("environments").stream()
                    .map(item -> item.asJsonObject().getString("id"))
                    .toList();
            for (String id : ids) {
                api.delete(id);
            }
            return ids.isEmpty();
        } catch (IOException busy) {
            return false;
        }
    }
}
