package dev.sandlot.http;

import dev.sandlot.answers.ResultView;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.Faults;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What JSON costs: a request's body, a result, an envelope. */
@State(Scope.Benchmark)
public class JsonMethods {
    private static final int LIMIT = 8 << 20;

    private final byte[] body = "{\"command\":\"true\",\"timeout_sec\":30}".getBytes(StandardCharsets.UTF_8);
    private final ResultView result = new ResultView(0, "hello from the sandbox\n");
    private final ApiException refusal = ApiException.notFound("environment");

    @Benchmark
    public JsonBody body() {
        return JsonBody.read(MediaType.APPLICATION_JSON_TYPE, new ByteArrayInputStream(body), LIMIT, new Faults());
    }

    @Benchmark
    public String result() {
        return Json.write(result);
    }

    @Benchmark
    public String envelope() {
        return Envelopes.text(refusal);
    }
}
