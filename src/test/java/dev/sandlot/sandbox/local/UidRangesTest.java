package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.keeper.HostIds;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UidRangesTest {
    private final UidRanges ranges =
            new UidRanges(new LocalConfig(Path.of("/x"), 1L << 28, 3, false, Optional.empty(), Optional.empty(), 0));

    @Test
    void noTwoSandboxesShareARange() {
        Set<HostIds.Range> bases = new HashSet<>();
        SandboxId last = new SandboxId(UUID.randomUUID());
        for (int i = 0; i < 2; i++) {
            bases.add(ranges.take(new SandboxId(UUID.randomUUID())).orElseThrow());
        }
        bases.add(ranges.take(last).orElseThrow());

        assertThat(bases).hasSize(3);
        assertThat(ranges.take(new SandboxId(UUID.randomUUID()))).isEmpty();
        ranges.giveBack(last);
        assertThat(ranges.take(new SandboxId(UUID.randomUUID()))).isPresent();
    }

    @Test
    void aRangeOfAnAdoptedSandboxIsNotGivenOut() {
        ranges.adopt(new SandboxId(UUID.randomUUID()), 1L << 28);

        for (int i = 0; i < 2; i++) {
            assertThat(ranges.take(new SandboxId(UUID.randomUUID())).orElseThrow())
                    .isNotEqualTo(new HostIds.Range(1L << 28));
        }
    }

    @Test
    void aSandboxThatClaimsTheRangeOfAnotherFreesNothingWithItsEnd() {
        SandboxId honest = new SandboxId(UUID.randomUUID());
        SandboxId liar = new SandboxId(UUID.randomUUID());
        HostIds.Range base = ranges.take(honest).orElseThrow();

        ranges.adopt(liar, base.first());
        ranges.giveBack(liar);

        for (int i = 0; i < 2; i++) {
            assertThat(ranges.take(new SandboxId(UUID.randomUUID())).orElseThrow())
                    .isNotEqualTo(base);
        }
        assertThat(ranges.take(new SandboxId(UUID.randomUUID()))).isEmpty();
    }

    @Test
    void aSandboxThatClaimsOneRangeAfterAnotherHoldsOne() {
        SandboxId liar = new SandboxId(UUID.randomUUID());
        for (int i = 0; i < 3; i++) {
            ranges.adopt(liar, (1L << 28) + i * 65_536L);
        }

        assertThat(ranges.take(new SandboxId(UUID.randomUUID()))).isPresent();
        assertThat(ranges.take(new SandboxId(UUID.randomUUID()))).isPresent();
    }
}
