package dev.sandlot.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Requests by operation and status, and how long their answers take to begin. */
public final class HttpOperations implements Metric {
    private static final int[] STATUSES = {
        200, 201, 202, 204, 206, 400, 401, 403, 404, 409, 416, 422, 426, 429, 500, 502, 504
    };

    private final Family requests;
    private final Family duration;
    /** The description of the API names them, and nobody else. */
    private final Map<String, Operation> byId = new ConcurrentSkipListMap<>();

    HttpOperations(Family requests, Family duration) {
        this.requests = requests;
        this.duration = duration;
    }

    /** The operation of that id; {@code none} is of requests that come to none. */
    public Operation of(String id) {
        return byId.computeIfAbsent(id, first -> new Operation());
    }

    /** One operation. */
    public static final class Operation {
        private final LongAdder[] byStatus = new LongAdder[STATUSES.length + 1];
        private final Buckets times = new Buckets();

        private Operation() {
            for (int i = 0; i < byStatus.length; i++) {
                byStatus[i] = new LongAdder();
            }
        }

        /** One was answered so, after that time. */
        public void answered(int status, long nanos) {
            int i = 0;
            while (i < STATUSES.length && STATUSES[i] != status) {
                i++;
            }
            byStatus[i].increment();
            times.record(nanos);
        }
    }

    @Override
    public void write(TextFormat to) {
        to.begin(requests, "counter");
        byId.forEach((id, operation) -> {
            for (int i = 0; i < operation.byStatus.length; i++) {
                long count = operation.byStatus[i].sum();
                // Most pairs never come; 200 stands for an operation that has not been asked for.
                if (count > 0 || i == 0) {
                    String code = i < STATUSES.length ? Integer.toString(STATUSES[i]) : Counter.OTHER;
                    to.sample(requests, "", (double) count, requests.label(), id, "code", code);
                }
            }
        });
        to.begin(duration, "histogram");
        byId.forEach((id, operation) -> operation.times.write(to, duration, id));
    }
}
