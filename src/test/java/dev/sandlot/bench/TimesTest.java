package dev.sandlot.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimesTest {
    private static Times upTo(int count) {
        Times times = new Times();
        for (int i = count; i > 0; i--) {
            times.add(i * 1_000_000L);
        }
        return times;
    }

    @Test
    void aPercentileIsOneOfTheTimesAndAsManyDoNotExceedIt() {
        Times thousand = upTo(1000);

        assertThat(thousand.p50()).isEqualTo(500);
        assertThat(thousand.p95()).isEqualTo(950);
        assertThat(thousand.p99()).isEqualTo(990);
        assertThat(thousand.millis(1)).isEqualTo(1000);
    }

    @Test
    void ofFewTheWorstIsThePercentile() {
        assertThat(upTo(1).p50()).isEqualTo(1);
        assertThat(upTo(10).p99()).isEqualTo(10);
        assertThat(new Times().p50()).isNaN();
    }

    @Test
    void partsAreInTheOrderOfAddingAndLeaveNothingOut() {
        Times falling = upTo(10);

        assertThat(falling.part(0, 5).p50()).isEqualTo(9);
        assertThat(falling.part(4, 5).millis(1)).isEqualTo(2);
        assertThat(falling.part(0, 3).count()
                        + falling.part(1, 3).count()
                        + falling.part(2, 3).count())
                .isEqualTo(10);
    }

    @Test
    void timesOfSeveralClientsAreOneDistribution() {
        Times all = upTo(3);
        all.addAll(upTo(1000));

        assertThat(all.count()).isEqualTo(1003);
        assertThat(all.millis(1)).isEqualTo(1000);
    }
}
