package dev.sandlot.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import dev.sandlot.settings.GivenSettings;
import dev.sandlot.settings.Settings;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishPolicyTest {
    private static PublishPolicy policy(Map<String, String> settings) {
        Settings said = GivenSettings.of(settings);
        return new PublishPolicy(said, new LimitConfig(said));
    }

    private static TaskDefinition task(String limits) {
        Faults faults = new Faults();
        TaskDefinition task = PublishedTasks.read(
                ("{'org':'acme','name':'x','version':'1.0.0','instruction':'x','verification':{},'limits':{" + limits
                                + "}}")
                        .replace('\'', '"'),
                Instant.EPOCH,
                "tester",
                faults);
        faults.throwIfAny();
        return task;
    }

    private static String refusal(PublishPolicy policy, TaskDefinition task) {
        Faults faults = new Faults();
        policy.check(task, faults);
        return faults.isEmpty() ? "" : faults.sentence();
    }

    @Test
    void theDefaultsAreTheMostWhereNothingIsSaid() {
        PublishPolicy policy = policy(Map.of("sandlot.limit.memory.mib", "256"));

        assertThat(refusal(policy, task("'memory':'256Mi','cpu':1,'pids':256,'disk':'1Gi','open_files':1024")))
                .isEmpty();
        assertThat(refusal(policy, task("'memory':'257Mi','cpu':1.001,'pids':257,'disk':'1025Mi','open_files':1025")))
                .startsWith("limits.memory: must be at most 256Mi, ")
                .endsWith("(and 4 more)");
    }

    @Test
    void theOperatorMayAllowMore() {
        PublishPolicy policy = policy(
                Map.of("sandlot.published.limit.memory.mib", "2048", "sandlot.published.limit.cpu.millis", "4000"));

        assertThat(refusal(policy, task("'memory':'2Gi','cpu':4"))).isEmpty();
        assertThat(refusal(policy, task("'cpu':4.5"))).startsWith("limits.cpu: must be at most 4.0, ");
    }

    @Test
    void aTaskOfBeforeIsHeldToWhatIsAllowedNow() {
        TaskDefinition greedy = task("'pids':4000");
        policy(Map.of("sandlot.published.limit.pids", "4000")).requireAllowed(greedy);

        assertThatThrownBy(() -> policy(Map.of()).requireAllowed(greedy))
                .isInstanceOfSatisfying(ApiException.class, refused -> {
                    assertThat(refused.type()).isEqualTo(ErrorType.CONFLICT);
                    assertThat(refused.detail()).contains("limits.pids: must be at most 256");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "sandlot.limit.pids,0,SANDLOT_LIMIT_PIDS",
        "sandlot.limit.memory.mib,99999999999999,SANDLOT_LIMIT_MEMORY_MIB",
        "sandlot.limit.cpu.millis,9999999999,SANDLOT_LIMIT_CPU_MILLIS",
        "sandlot.published.limit.disk.mib,-1,SANDLOT_PUBLISHED_LIMIT_DISK_MIB",
        "sandlot.published.limit.open.files,1023,SANDLOT_PUBLISHED_LIMIT_OPEN_FILES",
        "sandlot.trusted.orgs,'acme,Not One',SANDLOT_TRUSTED_ORGS",
        "sandlot.published.versions.per.org,-1,SANDLOT_PUBLISHED_VERSIONS_PER_ORG",
        "sandlot.published.mib.per.org,-1,SANDLOT_PUBLISHED_MIB_PER_ORG"
    })
    void aBadSettingIsToldByItsName(String name, String value, String variable) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy(Map.of(name, value)))
                .withMessageStartingWith(variable + " must be ");
    }
}
