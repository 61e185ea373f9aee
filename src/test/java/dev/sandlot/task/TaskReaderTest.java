package dev.sandlot.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.errors.Fault;
import dev.sandlot.errors.Faults;
import dev.sandlot.task.TaskDefinition.Assignment;
import dev.sandlot.task.TaskDefinition.Commands;
import dev.sandlot.task.TaskMetadata.Part;
import dev.sandlot.task.TaskMetadata.Text;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TaskReaderTest {
    private final Faults faults = new Faults();

    private TaskDefinition read(String members) {
        String definition = "{'org':'acme','name':'x','version':'1.0.0','instruction':'x','verification':{}"
                + (members.isEmpty() ? "" : "," + members) + "}";
        return PublishedTasks.read(definition.replace('\'', '"'), Instant.EPOCH, "tester", faults);
    }

    private List<String> places() {
        return faults.all().stream().map(Fault::loc).map(List::toString).toList();
    }

    private static String many(int count, String value) {
        return IntStream.range(0, count)
                .mapToObj(i -> "'" + (char) ('a' + i % 26) + i + "':" + value)
                .collect(Collectors.joining(",", "{", "}"));
    }

    static Stream<Arguments> whatIsBeyondItsBoundsIsOneFault() {
        return Stream.of(
                Arguments.of("'user':'-1'", "[body, user]"),
                Arguments.of("'user':4294967295", "[body, user]"),
                Arguments.of("'user':" + "'" + "x".repeat(257) + "'", "[body, user]"),
                Arguments.of("'instruction':['x']", "[body, instruction]"),
                Arguments.of("'workdir':'/a\\nb'", "[body, workdir]"),
                Arguments.of("'workdir':'/a/./b'", "[body, workdir]"),
                Arguments.of("'workdir':'/" + "x".repeat(1024) + "'", "[body, workdir]"),
                Arguments.of("'image':'" + "a.".repeat(400) + "'", "[body, image]"),
                Arguments.of("'env':" + many(129, "'x'"), "[body, env]"),
                Arguments.of("'env':{'A':'" + "x".repeat(65_536) + "'}", "[body, env]"),
                Arguments.of("'env':{'A=B':'x'}", "[body, env, A=B]"),
                Arguments.of("'variables':" + many(257, "'x'"), "[body, variables]"),
                Arguments.of("'files':" + many(257, "'x'"), "[body, files]"),
                Arguments.of("'files':{'/a\\nb':'x'}", "[body, files, /a\nb]"),
                Arguments.of("'services':" + many(9, "{'port':80}"), "[body, services]"),
                Arguments.of("'services':{'a':{'port':18446744073709551696}}", "[body, services, a, port]"),
                Arguments.of("'services':{'a':{'port':80.5}}", "[body, services, a, port]"),
                Arguments.of("'services':{'a':{}}", "[body, services, a, port]"),
                Arguments.of(
                        "'services':{'a':{'port':80,'command':'" + "x".repeat(16_385) + "'}}",
                        "[body, services, a, command]"),
                Arguments.of(
                        "'services':{'a':{'port':80,'start_timeout_sec':1e999999999}}",
                        "[body, services, a, start_timeout_sec]"),
                Arguments.of("'provision':5", "[body, provision]"),
                Arguments.of("'provision':{'script':'x','timeout_sec':301}", "[body, provision, timeout_sec]"),
                Arguments.of("'provision':'" + "é".repeat(530_000) + "'", "[body, provision]"),
                Arguments.of(
                        "'network':{'allow':[" + "'a.example',".repeat(32) + "'b.example']}", "[body, network, allow]"),
                Arguments.of("'network':{'allow':['" + "a.".repeat(200_000) + "']}", "[body, network, allow]"),
                Arguments.of("'tags':[" + "'a',".repeat(64) + "'b']", "[body, tags]"),
                Arguments.of("'tags':['" + "a".repeat(65) + "']", "[body, tags]"),
                Arguments.of("'author':'" + "a".repeat(257) + "'", "[body, author]"),
                Arguments.of("'description':'" + "a".repeat(4097) + "'", "[body, description]"),
                Arguments.of("'limits':{'memory':'1025T'}", "[body, limits, memory]"),
                Arguments.of("'limits':{'memory':'999999999999999T'}", "[body, limits, memory]"),
                Arguments.of("'limits':{'disk':1e999999999}", "[body, limits, disk]"),
                Arguments.of("'limits':{'pids':4194305}", "[body, limits, pids]"),
                Arguments.of("'limits':{'pids':'4T'}", "[body, limits, pids]"),
                Arguments.of("'limits':{'cpu':1e999999999}", "[body, limits, cpu]"),
                Arguments.of("'limits':{'cpu':1024.1}", "[body, limits, cpu]"),
                Arguments.of("'limits':{'open_files':1048577}", "[body, limits, open_files]"),
                Arguments.of("'limits':{'open_files':0}", "[body, limits, open_files]"));
    }

    @ParameterizedTest
    @MethodSource
    void whatIsBeyondItsBoundsIsOneFault(String members, String place) {
        read(members);

        assertThat(places()).containsExactly(place);
    }

    static Stream<Arguments> whatIsWrongIsToldInTheWordsOfEveryBody() {
        return Stream.of(
                Arguments.of("'services':{'a':{'port':'x'}}", "Must be a whole number"),
                Arguments.of("'services':{'a':{'port':0}}", "Must be 1 to 65535"),
                Arguments.of("'services':{'a':{}}", "Field required"),
                Arguments.of("'provision':{'script':'x','timeout_sec':'soon'}", "Must be a whole number"));
    }

    @ParameterizedTest
    @MethodSource
    void whatIsWrongIsToldInTheWordsOfEveryBody(String members, String told) {
        read(members);

        assertThat(faults.all()).extracting(Fault::msg).containsExactly(told);
    }

    @Test
    void whatIsWithinThemIsRead() {
        TaskDefinition task = read(
                "'user':'app:1000','limits':{'memory':'1024T','pids':4194304,'cpu':1024,'disk':'1Ki',"
                        + "'open_files':'1Mi'},'env':" + many(128, "1")
                        + ",'files':{'/a//b':'x'},'provision':{'script':'x',"
                        + "'timeout_sec':300},'services':{'web':{'port':8e1,'start_timeout_sec':120}},'tags':['a','b']");

        assertThat(places()).isEmpty();
        assertThat(task.commands().user()).contains("app:1000");
        assertThat(task.sandbox().limits())
                .isEqualTo(new TaskLimits(1L << 50, 1_024_000L, 4_194_304L, 1024L, 1L << 20));
        assertThat(task.services().get(0).port()).isEqualTo(80);
        assertThat(task.commands().env()).hasSize(128).containsEntry("a0", "1");
        assertThat(task.isOperators()).isFalse();
        assertThat(task.id()).hasToString("acme/x@1.0.0");
    }

    @Test
    void eachMemberIsReadWhereItBelongs() {
        TaskDefinition task = read("'description':'d','difficulty':'Hard','author':'a','license':'l','repository':'r',"
                + "'source':'s','ports':1,'provision':'p','teardown':'t','solution':2,"
                + "'workdir':'/w','user':'u',"
                + "'tags':['x'],'is_public':true,'variables':{'v':1},'env':{'E':'e'},"
                + "'services':{'web':{'port':80,'command':'c','path':'/up'}},"
                + "'files':{'/f':{'content':'0','mode':'0600'}}");

        assertThat(places()).isEmpty();
        assertThat(task.metadata().texts())
                .isEqualTo(Map.of(
                        Text.DESCRIPTION, "d",
                        Text.DIFFICULTY, "hard",
                        Text.AUTHOR, "a",
                        Text.LICENSE, "l",
                        Text.REPOSITORY, "r",
                        Text.SOURCE, "s"));
        assertThat(task.metadata().parts().keySet()).containsExactlyInAnyOrder(Part.values());
        assertThat(task.metadata().part(Part.PROVISION)).isEqualTo("p");
        assertThat(task.metadata().part(Part.TEARDOWN)).isEqualTo("t");
        assertThat(task.assignment()).isEqualTo(new Assignment("x", Map.of("v", "1"), Map.of()));
        assertThat(task.commands()).isEqualTo(new Commands(Map.of("E", "e"), Optional.of("/w"), Optional.of("u")));
        assertThat(task.setup().files()).containsExactly(new SeedFile("/f", "0", "0600"));
        assertThat(task.setup().provision().map(TaskScript::text)).contains("p");
        assertThat(task.teardown().map(TaskScript::text)).contains("t");
        assertThat(task.services().get(0).command()).contains("c");
        assertThat(task.services().get(0).path()).contains("/up");
        assertThat(task.origin().createdBy()).contains("tester");
    }

    @Test
    void allThatIsWrongIsTold() {
        read("'user':'-1','workdir':'w','files':{'/f':{'content':'0','mode':'9'}},"
                + "'services':{'web':{'port':0,'path':'up'}},'difficulty':'odd'");

        assertThat(places())
                .containsExactlyInAnyOrder(
                        "[body, user]",
                        "[body, workdir]",
                        "[body, files, /f, mode]",
                        "[body, services, web, port]",
                        "[body, services, web, path]",
                        "[body, difficulty]");
    }

    @Test
    void aNameThatIsNoneIsAFaultAndNoMore() {
        PublishedTasks.read("{\"org\":\"No Org\",\"name\":\"\",\"version\":\"x\"}", Instant.EPOCH, "tester", faults);

        assertThat(places())
                .containsExactlyInAnyOrder(
                        "[body, org]", "[body, version]", "[body, instruction]", "[body, verification]");
    }
}
