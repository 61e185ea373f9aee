package dev.sandlot.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BudgetTest {
    private static Budget budget(Bounds bounds) {
        return new Budget("places", "wait for one", bounds);
    }

    private static Tenant tenant(String org) {
        return Tenant.of(new WorkspaceId(org, "main"));
    }

    /** How many single ones it gets until it is refused. */
    private static int fill(Budget budget, Tenant tenant) {
        int count = 0;
        while (budget.tryTake(tenant, 1).isPresent()) {
            count++;
        }
        return count;
    }

    @Test
    void oneOrganizationAloneLeavesAsMuchAsItHolds() {
        assertThat(fill(budget(Bounds.ofServer(512)), tenant("a"))).isEqualTo(256);
    }

    @Test
    void whoComesLaterFindsSomething() {
        Budget budget = budget(Bounds.ofServer(512));
        for (int i = 0; i < 8; i++) {
            fill(budget, tenant("attacker-" + i));
        }

        assertThat(budget.tryTake(tenant("victim"), 1)).isPresent();
    }

    @Test
    void workspacesOfOneOrganizationAreOneForTheServer() {
        Budget budget = budget(Bounds.ofServer(100));
        int held = 0;
        for (int i = 0; i < 100; i++) {
            held += fill(budget, Tenant.of(new WorkspaceId("a", "w" + i)));
        }

        assertThat(held).isEqualTo(50);
    }

    @Test
    void theSmallestPoolHasAPlaceForEverybodyInTurn() {
        Budget budget = budget(Bounds.ofServer(1));

        Share first = budget.take(tenant("a"), 1);
        assertThat(budget.tryTake(tenant("b"), 1)).isEmpty();
        first.close();

        assertThat(budget.tryTake(tenant("b"), 1)).isPresent();
    }

    @Test
    void eachBoundIsNamedInItsRefusal() {
        Budget budget = budget(new Bounds(1, 2, 3, 1000));
        UUID environment = UUID.randomUUID();
        WorkspaceId main = new WorkspaceId("a", "main");
        budget.take(Tenant.of(main, environment), 1);

        assertThatThrownBy(() -> budget.take(Tenant.of(main, environment), 1))
                .isInstanceOfSatisfying(
                        ApiException.class, full -> assertThat(full.headers()).containsEntry("Retry-After", "1"))
                .hasMessage("There are 1 places in this environment; wait for one");
        budget.take(Tenant.of(main, UUID.randomUUID()), 1);
        assertThatThrownBy(() -> budget.take(Tenant.of(main), 1)).hasMessageContaining("this workspace");
        budget.take(Tenant.of(new WorkspaceId("a", "other")), 1);
        assertThatThrownBy(() -> budget.take(Tenant.of(new WorkspaceId("a", "third")), 1))
                .hasMessageContaining("this organization");
        assertThat(budget.inUse()).as("a refusal holds nothing").isEqualTo(3);
    }

    @Test
    void anAmountThatIsTooLargeAtOnceIsRefused() {
        Budget budget = budget(Bounds.ofServer(100));

        assertThat(budget.tryTake(tenant("a"), 101)).isEmpty();
        assertThat(budget.tryTake(tenant("a"), Long.MAX_VALUE)).isEmpty();
        assertThat(budget.tryTake(tenant("a"), 100))
                .as("all of it, by who holds nothing")
                .isPresent();
    }

    @Test
    void whatIsGivenBackTwiceCountsOnce() {
        Budget budget = budget(Bounds.ofServer(10));
        Share first = budget.take(tenant("a"), 3);
        budget.take(tenant("a"), 2);

        first.close();
        first.close();

        assertThat(budget.inUse()).isEqualTo(2);
        assertThat(budget.inUse("a")).isEqualTo(2);
    }

    @Test
    void whatIsAdoptedCountsHoweverMuchItIs() {
        Budget budget = budget(Bounds.ofServer(10));

        Share left = budget.adopt(tenant("a"), 50);
        Optional<Share> more = budget.tryTake(tenant("b"), 1);
        left.close();

        assertThat(more).isEmpty();
        assertThat(budget.tryTake(tenant("b"), 1)).isPresent();
    }

    @Test
    void aRefusalOfMoreThanOneSaysHowMuchWasAskedFor() {
        Budget budget = new Budget("MiB", "delete something", Duration.ofMinutes(1), Bounds.ofServer(100));
        budget.take(tenant("a"), 40);

        assertThatThrownBy(() -> budget.take(tenant("a"), 20))
                .isInstanceOfSatisfying(
                        ApiException.class, full -> assertThat(full.headers()).containsEntry("Retry-After", "60"))
                .hasMessage("There is no room for 20 more of the 100 MiB in this server; delete something");
    }

    @Test
    void nobodyMakesRoomByTakingLessThanNothing() {
        Budget budget = budget(Bounds.ofServer(10));

        assertThatThrownBy(() -> budget.take(tenant("a"), -5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> budget.adopt(tenant("a"), -5)).isInstanceOf(IllegalArgumentException.class);
        assertThat(budget.inUse()).isZero();
    }

    @Test
    void manyAtOnceNeverHoldMoreThanThereIs() throws InterruptedException {
        Budget budget = budget(new Bounds(Bounds.NONE, 3, Bounds.NONE, 8));
        AtomicLong most = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Tenant tenant = Tenant.of(new WorkspaceId("org" + i % 4, "w"), UUID.randomUUID());
            threads.add(new Thread(() -> {
                for (int round = 0; round < 2000; round++) {
                    budget.tryTake(tenant, 1).ifPresent(share -> {
                        most.accumulateAndGet(budget.inUse(), Math::max);
                        share.close();
                    });
                }
            }));
        }

        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(most.get()).isBetween(1L, 8L);
        assertThat(budget.inUse()).isZero();
    }

    /** What is said of the one workspace and the one organization, and can be said anew. */
    private static Ceilings ceilings(AtomicLong ofWorkspace, AtomicLong ofOrganization) {
        return new Ceilings() {
            @Override
            public long ofWorkspace(WorkspaceId workspace, long usual) {
                return workspace.workspace().equals("own") ? ofWorkspace.get() : usual;
            }

            @Override
            public long ofOrganization(String org, long usual) {
                return org.equals("acme") ? ofOrganization.get() : usual;
            }
        };
    }

    @Test
    void aTenantsOwnBoundCountsInPlaceOfThatOfAllAndMayChange() {
        AtomicLong ofWorkspace = new AtomicLong(1);
        AtomicLong ofOrganization = new AtomicLong(4);
        Budget budget = new Budget("things", "wait", new Bounds(Bounds.NONE, 2, 2, 100))
                .under(ceilings(ofWorkspace, ofOrganization));
        Tenant own = Tenant.of(new WorkspaceId("acme", "own"));
        budget.take(own, 1);

        assertThatThrownBy(() -> budget.take(own, 1)).hasMessage("The quota of this workspace is 1 things; wait");
        ofWorkspace.set(4);
        budget.take(own, 2);
        ofWorkspace.set(1);
        assertThatThrownBy(() -> budget.take(own, 1)).hasMessage("The quota of this workspace is 1 things; wait");
        assertThat(budget.inUse(own.workspace())).as("what is held stays").isEqualTo(3);
        Tenant other = Tenant.of(new WorkspaceId("acme", "other"));
        budget.take(other, 1);
        assertThatThrownBy(() -> budget.take(other, 1)).hasMessage("The quota of this organization is 4 things; wait");
        assertThatThrownBy(() -> budget.take(Tenant.of(new WorkspaceId("else", "main")), 3))
                .hasMessage("There is no room for 3 more of the 2 things in this workspace; wait");
    }
}
