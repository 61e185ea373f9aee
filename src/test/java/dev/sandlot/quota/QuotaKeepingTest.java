package dev.sandlot.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.database.MemoryDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuotaKeepingTest {
    private static final WorkspaceId MAIN = new WorkspaceId("acme", "main");
    private static final QuotaOwner OWNER = new QuotaOwner("acme", Optional.of("main"));

    @TempDir
    private Path folder;

    private final MemoryDatabase database = MemoryDatabase.open();
    private final Quotas quotas = new Quotas();
    private Path file;
    private int changes;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("quotas.properties");
        write("# ours\nacme.environments=7\nacme/main.environments = 3\nacme/main.kept_mib=5");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH.plusSeconds(++changes)));
    }

    private QuotaKeeping server(Quotas of) {
        return new QuotaKeeping(of, new QuotaTable(database.jdbi()), new QuotaConfig(Optional.of(file)));
    }

    private QuotaKeeping started() {
        QuotaKeeping keeping = server(quotas);
        keeping.load();
        return keeping;
    }

    private long environments() {
        return quotas.of(Allowance.ENVIRONMENTS).ofWorkspace(MAIN, 100);
    }

    @Test
    void whatTheFileSaysHoldsAndHoldsAnewWhenItChanges() throws Exception {
        QuotaKeeping keeping = started();
        assertThat(environments()).isEqualTo(3);
        assertThat(quotas.of(Allowance.ENVIRONMENTS).ofOrganization("acme", 100))
                .isEqualTo(7);
        assertThat(quotas.of(Allowance.EXECUTIONS).ofWorkspace(MAIN, 100)).isEqualTo(100);

        write("acme/main.environments=4");
        keeping.refresh();

        assertThat(environments()).isEqualTo(4);
        assertThat(quotas.of(Allowance.ENVIRONMENTS).ofOrganization("acme", 100))
                .isEqualTo(100);
    }

    @Test
    void aFileThatIsBrokenOrGoneChangesNothingAndAStartWithItIsRefused() throws Exception {
        QuotaKeeping keeping = started();
        for (String broken : new String[] {
            "acme/main.environments=many", "acme/main.rooms=3", "ACME.environments=3", "acme/main.kept_mib=0", "=3", "x"
        }) {
            write(broken);
            keeping.refresh();

            assertThat(environments()).as(broken).isEqualTo(3);
            assertThatThrownBy(() -> server(new Quotas()).load())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("quotas.properties, ");
        }
        Files.delete(file);
        keeping.refresh();
        assertThat(environments()).isEqualTo(3);
        write("acme/main.environments=5");
        keeping.refresh();
        assertThat(environments()).isEqualTo(5);
    }

    @Test
    void whatACallSetsCountsInPlaceOfTheFileAndOutlivesTheServer() throws Exception {
        QuotaKeeping keeping = started();
        keeping.set(OWNER, new Quota(Map.of(Allowance.ENVIRONMENTS, 0L)));
        assertThat(environments()).isZero();
        assertThat(quotas.of(Allowance.KEPT_MIB).ofWorkspace(MAIN, 100))
                .as("all of the file's goes")
                .isEqualTo(100);

        Quotas later = new Quotas();
        QuotaKeeping next = server(later);
        next.load();
        assertThat(later.of(Allowance.ENVIRONMENTS).ofWorkspace(MAIN, 100)).isZero();
        assertThat(next.list())
                .extracting(kept -> kept.owner().workspace().orElse("all") + " " + kept.isFiled())
                .containsExactly("all true", "main false");

        keeping.set(OWNER, new Quota(Map.of(Allowance.EXECUTIONS, 9L)));
        assertThat(environments()).isEqualTo(100);
        keeping.remove(OWNER);
        assertThat(environments()).isEqualTo(3);
    }
}
