package dev.sandlot.ops;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Whether the server has come up. */
@Singleton
class ServerState {
    private volatile boolean started;
    private volatile @Nullable String failure;

    void started() {
        started = true;
    }

    void failed(String why) {
        failure = why;
    }

    boolean isStarted() {
        return started && failure == null;
    }
}
