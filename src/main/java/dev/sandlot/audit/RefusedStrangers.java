package dev.sandlot.audit;

import dev.sandlot.http.RefusalWitness;
import dev.sandlot.log.RequestId;
import dev.sandlot.log.TraceId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;

/** Tells the audit of those whom the API does not see. */
@Singleton
class RefusedStrangers implements RefusalWitness {
    private final AuditLog log;
    private final Clock clock;

    @Inject
    RefusedStrangers(AuditLog log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /** Only of who is not let in: what else goes wrong is no matter of the audit's, without anybody who did it. */
    @Override
    public void refused(HttpServletRequest request, int status) {
        AuditOutcome outcome = AuditOutcome.of(status);
        if (outcome.word().equals("refused")) {
            Origin origin = new Origin(null, request.getRemoteAddr(), RequestId.current(), TraceId.current());
            log.repeated(new AuditEntry(clock.instant(), AuditEntry.UNKNOWN, null, origin, AuditTarget.NONE, outcome));
        }
    }
}
