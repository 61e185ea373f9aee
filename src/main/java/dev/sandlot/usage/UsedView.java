package dev.sandlot.usage;

import dev.sandlot.quota.Used;

/** What has been used from a day on ({@code yyyy-mm-dd}, UTC): ends of executions, what they took, and requests. */
public record UsedView(String since, long executions, long cpuMs, long outputBytes, long requests) {
    static UsedView of(String since, Used used) {
        return new UsedView(since, used.executions(), used.cpuMillis(), used.outputBytes(), used.requests());
    }
}
