package dev.sandlot.trace;

import dev.sandlot.log.Trace;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The traces of MicroProfile Telemetry, where the server has that feature, and it is on. */
@Singleton
class CollectedTraces {
    private final @Nullable Tracer tracer;
    private final Clock clock;

    @Inject
    CollectedTraces(Instance<OpenTelemetry> telemetry, Clock clock) {
        this.tracer = telemetry.isResolvable() ? telemetry.get().getTracer("dev.sandlot") : null;
        this.clock = clock;
    }

    /** That of the current thread's work; NONE where nobody collects it. */
    Trace current() {
        Tracer known = tracer;
        if (known == null) {
            return Trace.NONE;
        }
        Context parent = Context.current();
        return Span.fromContext(parent).getSpanContext().isSampled()
                ? (name, steps, about) -> tell(known, parent, name, steps, about)
                : Trace.NONE;
    }

    private void tell(Tracer tracer, Context parent, String name, List<Trace.Step> steps, Map<String, String> about) {
        Instant end = clock.instant();
        Duration all = steps.stream().map(Trace.Step::took).reduce(Duration.ZERO, Duration::plus);
        Instant begin = end.minus(all);
        Span whole = tracer.spanBuilder(name)
                .setParent(parent)
                .setStartTimestamp(begin)
                .startSpan();
        about.forEach(whole::setAttribute);
        if (steps.size() > 1) {
            tellSteps(tracer, parent.with(whole), begin, steps);
        }
        whole.end(end);
    }

    private static void tellSteps(Tracer tracer, Context whole, Instant begin, List<Trace.Step> steps) {
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
