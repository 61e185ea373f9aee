package dev.sandlot.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Bounds;
import dev.sandlot.budget.Ceilings;
import dev.sandlot.budget.Tenant;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptBytesTest {
    private static final long MIB = 1 << 20;

    @TempDir
    private Path folder;

    private final AtomicLong free = new AtomicLong(Long.MAX_VALUE / 2);
    private final KeptConfig config =
            new KeptConfig(new Bounds(16 * MIB, Bounds.NONE, 48 * MIB, 128 * MIB), 1000, 10 * MIB, Optional.empty());
    private final KeptBytes kept =
            new KeptBytes(config, id -> Optional.empty(), Ceilings.NONE, new FreeDisk(free::get, config.diskReserve()));

    private KeptAccount account(String org) {
        return kept.account(Tenant.of(new WorkspaceId(org, "main"), UUID.randomUUID()));
    }

    private ChargedRoom room(KeptAccount account) {
        return new ChargedRoom(kept, account, UUID.randomUUID());
    }

    @Test
    void whatGrowsHasHalfOfAnEnvironmentAtMost() {
        KeptAccount account = account("acme");
        ChargedRoom room = room(account);

        assertThat(room.grow(100 * MIB)).isEqualTo(8 * MIB);
        assertThat(room(account).grow(1)).isZero();
        assertThat(room(account("acme")).grow(1)).as("another environment").isPositive();
    }

    @Test
    void whatHasEndedIsCountedAsTheDiskHasIt() {
        KeptAccount account = account("acme");
        ChargedRoom room = room(account);
        room.grow(3 * MIB);
        assertThat(account.held().growing()).isGreaterThanOrEqualTo(3 * MIB);

        room.settle(10_000);
        room.settle(10_000);

        assertThat(account.held()).isEqualTo(Held.outputs(12_288));
        assertThat(kept.inAll()).isEqualTo(Held.outputs(12_288));
        kept.forget(account.environment());
        account.add(Held.outputs(1));
        assertThat(kept.inAll()).isEqualTo(Held.NOTHING);
    }

    @Test
    void oneOrganizationLeavesRoomForWhatOthersLetGrow() {
        List<ChargedRoom> greedy = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            greedy.add(room(account("greedy")));
            greedy.get(i).grow(8 * MIB);
        }

        assertThat(kept.inAll().growing()).isLessThanOrEqualTo(24 * MIB);
        assertThat(room(account("victim")).grow(MIB)).isGreaterThanOrEqualTo(MIB);
    }

    @Test
    void whereNobodyMakesRoomThereIsAnEnd() {
        KeptAccount account = account("acme");
        long before = -1;
        while (account.held().total() > before) {
            before = account.held().total();
            ChargedRoom room = room(account);
            room.settle(Math.min(room.grow(MIB), MIB));
        }

        assertThat(before).isBetween(16 * MIB, 24 * MIB);
    }

    @Test
    void whereTheServerKeepsFarTooMuchTheOrganizationThatKeepsMostIsRefused() {
        KeptAccount greedy = account("greedy");
        greedy.add(Held.records(200 * MIB, 1));

        assertThat(room(account("victim")).grow(MIB)).isGreaterThanOrEqualTo(MIB);
        assertThat(room(account("greedy")).grow(MIB)).isZero();
    }

    @Test
    void theReserveOfTheDiskIsLeftFree() {
        free.set(10 * MIB + 100_000);
        ChargedRoom first = room(account("acme"));
        assertThat(first.grow(1)).isEqualTo(64 * 1024);
        assertThat(room(account("other")).grow(1))
                .as("what was promised is not there")
                .isZero();

        free.set(10 * MIB);
        assertThat(room(account("third")).grow(1)).isZero();
        free.set(20 * MIB);
        assertThat(first.grow(3 * MIB)).isGreaterThanOrEqualTo(3 * MIB);
    }

    @Test
    void aFullDiskLeavesSmallOutputsWhole() throws Exception {
        free.set(0);
        Spool spool = new Spool(folder.resolve("none"), 64 * MIB, room(account("acme")));
        spool.append(ByteBuffer.wrap(new byte[8000]));
        assertThat(spool.extent().missing()).isZero();

        spool.append(ByteBuffer.wrap(new byte[8000]));

        assertThat(spool.extent()).isEqualTo(new Extent(4096, 16_000 - 4096, 16_000));
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    void whoeverMakesRoomIsToldWhenAndOnlyWhenItIsTooMuch() {
        AtomicInteger calls = new AtomicInteger();
        kept.whenFull(calls::incrementAndGet);
        KeptAccount account = account("acme");
        kept.recorded(account.environment(), 8 * MIB, 8 * MIB);
        assertThat(calls).hasValue(0);

        kept.recorded(account.environment(), 0, 1);
        assertThat(calls).hasValue(1);
        assertThat(kept.full()).containsExactly(account);
        account.add(Held.outputs(-1));
        assertThat(kept.full()).isEmpty();
        kept.recorded(account.environment(), 1, 0);
        assertThat(kept.full()).as("more than half are records").containsExactly(account);
    }

    @Test
    void whatManyThreadsDoAtOnceAddsUp() throws Exception {
        KeptAccount account = account("acme");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        CountDownLatch begin = new CountDownLatch(1);
        for (int i = 0; i < 8; i++) {
            threads.execute(() -> {
                for (int round = 0; round < 2000; round++) {
                    ChargedRoom room = room(account);
                    room.grow(100_000);
                    room.settle(8192);
                    kept.recorded(account.environment(), 10, 1);
                    account.add(new Held(0, -8193, -10, -1));
                }
            });
        }
        begin.countDown();
        threads.shutdown();

        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(account.held()).isEqualTo(Held.NOTHING);
        assertThat(kept.inAll()).isEqualTo(Held.NOTHING);
    }

    @Test
    void whatAnEarlierServerLeftIsCountedOnce() {
        KeptAccount account = account("acme");
        UUID own = UUID.randomUUID();
        new ChargedRoom(kept, account, own).grow(1);
        assertThat(account.isUncounted()).isTrue();
        assertThat(account.isOwn(own)).isTrue();
        assertThat(account.isOwn(UUID.randomUUID())).isFalse();
        Held before = account.held();

        account.count(Held.records(5, 1));
        account.count(Held.records(5, 1));

        assertThat(account.held()).isEqualTo(before.plus(Held.records(5, 1)));
        assertThat(account.isUncounted()).isFalse();
    }
}
