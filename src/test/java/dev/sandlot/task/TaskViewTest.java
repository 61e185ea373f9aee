package dev.sandlot.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.errors.Faults;
import dev.sandlot.http.Json;
import dev.sandlot.image.Images;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TaskViewTest {
    private static final String MEMBERS = "'instruction':'i','verification':{'v':1},'description':'d',"
            + "'difficulty':'easy','tags':['x'],'author':'a','license':'l','repository':'r','source':'s','ports':[80],"
            + "'provision':'p','teardown':'t','solution':'s2'";

    private static TaskDefinition task() {
        String definition = "{'org':'acme','name':'x','version':'1.2.3'," + MEMBERS + "}";
        return PublishedTasks.read(definition.replace('\'', '"'), Instant.EPOCH, "ada", new Faults());
    }

    private static JsonObject written(TaskView view) {
        return jakarta.json.Json.createReader(new StringReader(Json.write(view)))
                .readObject();
    }

    @Test
    void eachMemberIsWrittenUnderItsOwnName() {
        JsonObject written = written(TaskView.of(task(), Images.Status.READY, true));

        JsonObject members = jakarta.json.Json.createReader(new StringReader(("{" + MEMBERS + "}").replace('\'', '"')))
                .readObject();
        members.forEach((name, value) -> assertThat(written.get(name)).as(name).isEqualTo(value));
        assertThat(written.getString("org_key")).isEqualTo("acme");
        assertThat(written.getString("name")).isEqualTo("x");
        assertThat(written.getString("version")).isEqualTo("1.2.3");
        assertThat(written.getString("created_by")).isEqualTo("ada");
        assertThat(written.getString("template_status")).isEqualTo("ready");
        assertThat(written.getString("sha256")).isEqualTo(task().origin().sha256());
        assertThat(written.getInt("file_size")).isEqualTo(task().origin().size());
    }

    @Test
    void aSolutionIsItsOwnersOnlyAndAListTellsNothingLarge() {
        assertThat(written(TaskView.of(task(), Images.Status.READY, false)))
                .doesNotContainKey("solution")
                .containsKey("provision");
        JsonObject listed = written(TaskView.of(TaskSummary.of(task()), Images.Status.READY));
        assertThat(listed.isNull("instruction")).isTrue();
        assertThat(listed.isNull("provision")).isTrue();
        assertThat(listed.getString("description")).isEqualTo("d");
    }
}
