package dev.sandlot.execution;

import java.util.Map;
import java.util.Optional;

/** What tests ask to be run. */
final class SampleRequest {
    private SampleRequest() {}

    static ExecuteRequest of(String command) {
        return new ExecuteRequest(command, 30, Optional.empty(), Optional.empty(), Map.of(), false, Optional.empty());
    }
}
