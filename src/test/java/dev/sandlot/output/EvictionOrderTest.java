package dev.sandlot.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Bounds;
import dev.sandlot.budget.Ceilings;
import dev.sandlot.budget.Tenant;
import dev.sandlot.output.EvictionOrder.Kind;
import dev.sandlot.output.EvictionOrder.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EvictionOrderTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private final AtomicLong free = new AtomicLong(1 << 30);
    private final KeptConfig config =
            new KeptConfig(new Bounds(1000, Bounds.NONE, 2000, 4000), 100, 800, Optional.empty());
    private final KeptBytes kept =
            new KeptBytes(config, id -> Optional.empty(), Ceilings.NONE, new FreeDisk(free::get, config.diskReserve()));
    private final EvictionOrder order = new EvictionOrder(kept);
    private final Map<UUID, String> names = new HashMap<>();

    private KeptAccount account(String name, Held held) {
        String org = name.split("-", -1)[0];
        KeptAccount account = kept.account(Tenant.of(new WorkspaceId(org, "main"), UUID.randomUUID()));
        names.put(account.environment(), name);
        account.add(held);
        kept.check(account);
        return account;
    }

    private KeptAccount ended(String name, Held held, int minutesAgo) {
        KeptAccount account = account(name, held);
        account.endedAt(NOW.minusSeconds(60L * minutesAgo));
        return account;
    }

    /** Takes all steps that are asked for; says what went, step by step. */
    private List<String> run() {
        List<String> steps = new ArrayList<>();
        for (Optional<Step> step = order.next(NOW, Set.of()); step.isPresent(); step = order.next(NOW, Set.of())) {
            take(step.get());
            steps.add(
                    step.get().kind() + " of " + names.get(step.get().account().environment()));
            assertThat(steps.size()).isLessThan(100);
        }
        return steps;
    }

    private void take(Step step) {
        KeptAccount account = step.account();
        switch (step.kind()) {
            case OUTPUTS -> account.add(Held.outputs(-step.bytes()));
            case RECORDS -> account.add(Held.records(-step.bytes(), -step.executions()));
            case ENVIRONMENT -> kept.forget(account.environment());
        }
    }

    @Test
    void nothingGoesWhereNothingIsTooMuch() {
        account("a-1", Held.outputs(1000));
        account("a-2", new Held(0, 500, 500, 100));

        assertThat(run()).isEmpty();
    }

    @Test
    void anEnvironmentLosesItsOwnOutputsAndSomeMoreThanItMust() {
        KeptAccount greedy = account("a-1", Held.outputs(1001));
        KeptAccount other = account("a-2", Held.outputs(900));

        assertThat(run()).containsExactly("OUTPUTS of a-1");
        assertThat(greedy.held().total()).isEqualTo(875);
        assertThat(other.held().total()).isEqualTo(900);
    }

    @Test
    void whatGrowsIsLeftAlone() {
        KeptAccount account = account("a-1", new Held(500, 600, 500, 1));

        run();

        assertThat(account.held()).isEqualTo(new Held(500, 500, 500, 1));
    }

    @Test
    void recordsGoWhenTheyAreMoreThanHalfOrTooMany() {
        KeptAccount large = account("a-1", Held.records(501, 2));
        KeptAccount many = account("b-1", Held.records(200, 101));

        assertThat(run()).containsExactlyInAnyOrder("RECORDS of a-1", "RECORDS of b-1");
        assertThat(large.held().records()).isEqualTo(438);
        assertThat(many.held().executions()).isEqualTo(88);
    }

    @Test
    void ofAnOrganizationTheEndedGoFirstAndOfThoseTheOldest() {
        KeptAccount living = account("a-living", Held.outputs(900));
        KeptAccount late = ended("a-late", Held.outputs(700), 1);
        ended("a-early", Held.outputs(300), 9);
        KeptAccount other = ended("b-early", Held.outputs(900), 99);

        account("a-new", Held.outputs(500));

        assertThat(run()).containsExactly("OUTPUTS of a-early", "OUTPUTS of a-late");
        assertThat(late.held().outputs()).isEqualTo(350);
        assertThat(living.held().outputs()).isEqualTo(900);
        assertThat(other.held().outputs()).isEqualTo(900);
    }

    @Test
    void whereNoneHasEndedTheLargestGivesSome() {
        account("a-1", Held.outputs(900));
        account("a-2", Held.outputs(800));
        KeptAccount small = account("a-3", Held.outputs(400));

        assertThat(run()).allMatch(step -> !step.endsWith("a-3"));
        assertThat(small.held().outputs()).isEqualTo(400);
    }

    @Test
    void recordsOfAnOrganizationGoWithTheirEndedEnvironmentsFirst() {
        account("a-1", Held.records(400, 1));
        account("a-2", Held.records(300, 1));
        ended("a-early", Held.records(200, 1), 9);
        ended("a-just-now", Held.records(250, 1), 0);

        assertThat(run().get(0)).isEqualTo("ENVIRONMENT of a-early");
        assertThat(kept.accounts()).hasSize(3);
    }

    @Test
    void recordsOfLivingEnvironmentsGoWhenNoneHasEnded() {
        KeptAccount largest = account("a-1", Held.records(500, 1));
        account("a-2", Held.records(300, 1));
        account("a-3", Held.records(300, 1));

        assertThat(run()).first().isEqualTo("RECORDS of a-1");
        assertThat(largest.held().records()).isLessThan(500);
    }

    @Test
    void ofTheServerTheOrganizationThatKeepsMostLosesFirst() {
        KeptAccount small = account("small-1", Held.outputs(400));
        account("large-1", Held.outputs(1000));
        account("large-2", Held.outputs(1000));
        account("middle-1", Held.outputs(1000));
        account("middle-2", Held.outputs(600));

        List<String> steps = run();

        assertThat(steps).isEmpty();
        account("new-1", Held.outputs(100));
        assertThat(run()).isNotEmpty().allMatch(step -> step.contains("large"));
        assertThat(small.held().outputs()).isEqualTo(400);
    }

    @Test
    void whereTheDiskIsShortTheOrganizationThatKeepsMostLosesToo() {
        KeptAccount small = account("small-1", Held.outputs(300));
        KeptAccount large = account("large-1", Held.outputs(900));
        free.set(700);

        Step step = order.next(NOW, Set.of()).orElseThrow();

        assertThat(step.kind()).isEqualTo(Kind.OUTPUTS);
        assertThat(step.account()).isEqualTo(large);
        assertThat(step.bytes()).isEqualTo(200);
        assertThat(small.held().outputs()).isEqualTo(300);
    }

    @Test
    void whatWasOfNoUseIsNotAskedForAgain() {
        KeptAccount account = account("a-1", Held.outputs(1001));
        Step step = order.next(NOW, Set.of()).orElseThrow();

        assertThat(order.next(NOW, Set.of(step.futile()))).isEmpty();
        assertThat(account.held().outputs()).isEqualTo(1001);
    }

    @Test
    void ofAWorkspaceWithAQuotaItsOwnGoesAndNobodyElses() {
        Ceilings quotas = new Ceilings() {
            @Override
            public long ofWorkspace(WorkspaceId workspace, long usual) {
                return workspace.workspace().equals("small") ? 400 : usual;
            }

            @Override
            public long ofOrganization(String org, long usual) {
                return usual;
            }
        };
        KeptBytes bounded =
                new KeptBytes(config, id -> Optional.empty(), quotas, new FreeDisk(free::get, config.diskReserve()));
        KeptAccount small = bounded.account(Tenant.of(new WorkspaceId("a", "small"), UUID.randomUUID()));
        KeptAccount other = bounded.account(Tenant.of(new WorkspaceId("a", "other"), UUID.randomUUID()));
        small.add(Held.outputs(500));
        other.add(Held.outputs(900));

        Step step = new EvictionOrder(bounded).next(NOW, Set.of()).orElseThrow();

        assertThat(step.account()).isSameAs(small);
        assertThat(step.bytes()).isEqualTo(150);
        assertThat(bounded.take(small, 400)).as("far over").isEmpty();
        small.add(Held.outputs(-150));
        assertThat(new EvictionOrder(bounded).next(NOW, Set.of())).isEmpty();
        assertThat(bounded.held(small.workspace()).total()).isEqualTo(350);
    }
}
