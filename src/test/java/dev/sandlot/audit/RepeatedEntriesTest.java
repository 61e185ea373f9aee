package dev.sandlot.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.MutableClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RepeatedEntriesTest {
    private static final int FLOOD = 5_000;

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final RepeatedEntries repeated = new RepeatedEntries(clock);

    private AuditEntry refused(@Nullable String subject, String address, String org) {
        Origin origin = new Origin("jwt:https://issuer", address, null, null);
        AuditTarget target = new AuditTarget(org, null, null, null, null);
        return new AuditEntry(clock.instant(), "getTask", subject, origin, target, AuditOutcome.of(403));
    }

    /** What is told of at once. */
    private List<AuditEntry> flood(IntFunction<AuditEntry> each) {
        List<AuditEntry> told = new ArrayList<>();
        for (int i = 0; i < FLOOD; i++) {
            repeated.add(each.apply(i)).ifPresent(told::add);
        }
        return told;
    }

    private void isTold(AuditEntry entry) {
        assertThat(repeated.add(entry)).contains(entry);
    }

    @Test
    void aFloodByOneCallerLeavesOthersTheirNames() {
        List<AuditEntry> told = flood(i -> refused("mallory", "192.0.2.1", "org-" + i));

        assertThat(told).hasSize(RepeatedEntries.OF_CALLER_MAX + 1);
        AuditEntry rest = told.get(told.size() - 1);
        assertThat(rest.subject()).isEqualTo("mallory");
        assertThat(rest.origin().credential()).isEqualTo("jwt:https://issuer");
        assertThat(rest.origin().address()).isEqualTo("192.0.2.1");
        assertThat(rest.outcome().status()).isEqualTo(403);
        assertThat(rest.target()).isEqualTo(AuditTarget.NONE);
        isTold(refused("alice", "192.0.2.1", "org-1"));
        isTold(refused(null, "192.0.2.1", "org-1"));
    }

    @Test
    void norDoesOneFromManyAddressesTakeAll() {
        List<AuditEntry> told = flood(i -> refused("mallory", "2001:db8::" + i, "org-" + i));

        assertThat(told).hasSize(2 * RepeatedEntries.OF_CALLER_MAX + 1);
        assertThat(told).extracting(AuditEntry::subject).containsOnly("mallory");
        isTold(refused("alice", "192.0.2.1", "org-1"));
    }

    @Test
    void norDoThoseOfWhomNobodyKnowsWhoTheyAre() {
        List<AuditEntry> told = flood(i -> refused(null, "2001:db8::" + i, "org-" + i));

        assertThat(told).hasSize(2 * RepeatedEntries.OF_UNKNOWN_MAX + 1);
        isTold(refused("alice", "192.0.2.1", "org-1"));
    }

    @Test
    void allTogetherAreBounded() {
        List<AuditEntry> told = flood(i -> refused("caller " + i, "192.0.2.1", "acme"));

        assertThat(told).hasSize(RepeatedEntries.DIFFERENT_MAX + 1);
        assertThat(told.get(told.size() - 1).subject()).isNull();
    }

    @Test
    void whoHasHadTheirPartHasItAgainWhenTheTimeIsOver() {
        flood(i -> refused("mallory", "192.0.2.1", "org-" + i));
        clock.advance(RepeatedEntries.WINDOW);

        assertThat(repeated.over())
                .singleElement()
                .satisfies(rest -> assertThat(rest.outcome().count()).isEqualTo(FLOOD - 17));
        isTold(refused("mallory", "192.0.2.1", "org-0"));
        assertThat(repeated.add(refused("mallory", "192.0.2.1", "org-0"))).isEqualTo(Optional.empty());
    }
}
