package dev.sandlot.e2e;

import dev.sandlot.e2e.Victim.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hostile tenants, one for each thing that all tenants share, against a victim of another organization that provisions
 * and executes all the while. Prints one table: the victim's times and errors alone and under each attack, and what is in
 * use of memory. {@code -Dsandlot.neighbours=long} measures; {@code -Dsandlot.neighbours.only} names some attacks.
 */
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NoisyNeighbourE2E {
    private static final Scale SCALE = Scale.chosen();
    private static final List<String> ONLY =
            List.of(System.getProperty("sandlot.neighbours.only", "").split(",", -1));
    private static final int TIMES_ALONE = 3;
    private static final double MILLIS_ANYHOW = 250;
    private static final Identities IDENTITIES = new Identities();

    @RegisterExtension
    @Order(1)
    static final RegistryServer REGISTRY = RegistryServer.open();

    @RegisterExtension
    @Order(1)
    static final EndlessRegistry ENDLESS = new EndlessRegistry();

    @RegisterExtension
    @Order(2)
    static final SandlotServer SERVER =
            SandlotServer.trusting(IDENTITIES, SCALE.settings(REGISTRY.name() + "," + ENDLESS.name()));

    private final List<Row> rows = new ArrayList<>();
    private Neighbourhood neighbourhood;

    @BeforeAll
    void measureAlone() throws Exception {
        neighbourhood = Neighbourhood.settle(SERVER, IDENTITIES, REGISTRY, SCALE);
        rows.add(neighbourhood.alone());
    }

    @AfterAll
    void tell() throws Exception {
        System.out.println(Row.table(rows));
        if (neighbourhood != null) {
            neighbourhood.leave();
        }
    }

    static Stream<Named<Attack>> attacks() {
        return Attack.all(SCALE, ENDLESS).stream()
                .filter(attack -> ONLY.contains("") || ONLY.contains(attack.name()))
                .map(attack -> Named.of(attack.name(), attack));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void theVictimIsServedAsEver(Attack attack) throws Exception {
        Row row = neighbourhood.under(attack);
        rows.add(row);

        SoftAssertions all = new SoftAssertions();
        all.assertThat(row.seen().kinds()).as("the victim's errors").isEmpty();
        all.assertThat(row.remark()).as("the server").isEmpty();
        hasRoomLeft(row, all);
        if (SCALE == Scale.LONG) {
            isFast(row, all);
        }
        all.assertAll();
    }

    private void hasRoomLeft(Row row, SoftAssertions all) {
        long heapMost = rows.get(0).memory().heapKept() + SCALE.heapGrowthMax;
        all.assertThat(row.memory().heapKept())
                .as("MiB on the heap after a collection")
                .isLessThanOrEqualTo(heapMost);
        all.assertThat(row.memory().sandboxes()).as("MiB in all sandboxes").isLessThanOrEqualTo(SCALE.sandboxesMax);
        all.assertThat(row.memory().data()).as("MiB more on the server's disk").isLessThanOrEqualTo(SCALE.dataMax);
    }

    /** Where nothing was measured there are errors, and they are told. */
    private void isFast(Row row, SoftAssertions all) {
        for (Lane lane : Lane.values()) {
            double most = Math.max(TIMES_ALONE * rows.get(0).percentile(lane, 99), MILLIS_ANYHOW);
            double took = row.percentile(lane, 99);
            all.assertThat(Double.isNaN(took) ? 0 : took)
                    .as("ms for p99 of %s", lane)
                    .isLessThanOrEqualTo(most);
        }
    }
}
