package dev.sandlot.trace;

import dev.sandlot.log.Trace;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Those of MicroProfile Telemetry. Where the server is without that feature, this can't be loaded, and is no bean. */
@Singleton
class CollectedTraces implements Traces {
    private final Tracer tracer;
    private final Clock clock;

    @Inject
    CollectedTraces(OpenTelemetry telemetry, Clock clock) {
        this.tracer = telemetry.getTracer("dev.sandlot");
        this.clock = clock;
    }

    @Override
    public Trace current() {
        Context parent = Context.current();
        return Span.fromContext(parent).getSpanContext().isSampled()
                ? (name, steps, about) -> tell(parent, name, steps, about)
                : Trace.NONE;
    }

    private void tell(Context parent, String name, List<Trace.Step> steps, Map<String, String> about) {
        Instant end = clock.instant();
        Duration all = steps.stream().map(Trace.Step::took).reduce(Duration.ZERO, Duration::plus);
        Instant begin = end.minus(all);
        Span whole = tracer.spanBuilder(name)
                .setParent(parent)
                .setStartTimestamp(begin)
                .startSpan();
        about.forEach(whole::setAttribute);
        if (steps.size() > 1) {
            tellSteps(parent.with(whole), begin, steps);
        }
        whole.end(end);
    }

    private void tellSteps(Context whole, Instant begin, List<Trace.Step> steps) {
        Instant next = begin;
        for (Trace.Step step : steps) {
            Span span = tracer.spanBuilder(step.name())
                    .setParent(whole)
                    .setStartTimestamp(next)
                    .startSpan();
            next = next.plus(step.took());
            span.end(next);
        }
    }
}
