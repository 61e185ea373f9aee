package dev.sandlot.audit;

import java.time.Duration;

/** The settings of tests. */
public final class SampleAudit {
    public static final AuditConfig CONFIG = new AuditConfig(false, false, 1_000_000, Duration.ofDays(365));

    private SampleAudit() {}
}
