package dev.sandlot.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * All metrics of this server. Like loggers they are there once for the process, so that whoever has something to count
 * need not be given them, and a scrape shows each of them from the first on.
 */
public final class Metrics {
    /** The content type of the text format. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final List<Metric> COUNTED = new ArrayList<>();
    private static final List<Gauge> READ = new ArrayList<>();

    public static final Counter EXECUTIONS = counter(
            "sandlot_executions_total",
            "Executions that have ended, by how",
            "outcome",
            "exited",
            "timed_out",
            "cancelled",
            "lost");
    public static final Counter OUT_OF_MEMORY =
            counter("sandlot_executions_oom_killed_total", "Executions that the kernel killed for want of memory", "");
    public static final Counter OUTPUT_BYTES =
            counter("sandlot_execution_output_bytes_total", "Bytes that commands have printed, kept or not", "");
    public static final Counter FILE_BYTES = counter(
            "sandlot_file_bytes_total",
            "Bytes of files that were put into sandboxes or read of them",
            "way",
            "in",
            "out");
    public static final Histogram QUEUE = histogram(
            "sandlot_execution_queue_seconds", "From an execution's admission until it is handed to its sandbox", "");
    public static final Histogram RUN = histogram(
            "sandlot_execution_run_seconds", "From a command's first process to its end, by the keeper's clock", "");
    public static final Histogram OVERHEAD = histogram(
            "sandlot_execution_overhead_seconds",
            "What keeper and server took for a command beside its run: spawn, the rest of its output, the report",
            "");
    public static final Histogram STORE = histogram(
            "sandlot_execution_store_seconds", "Until the end of an execution is durable and may be told", "");
    public static final Histogram KILL =
            histogram("sandlot_execution_kill_seconds", "From a request for a kill to the stored end", "");

    public static final Histogram PROVISION = histogram(
            "sandlot_provision_seconds",
            "Until an environment is ready or has failed, the pull of its image included",
            "outcome",
            "ready",
            "failed");
    public static final Counter PULLS =
            counter("sandlot_image_pulls_total", "Pulls of images", "outcome", "ready", "failed");
    public static final Counter ORPHANS =
            counter("sandlot_orphans_reaped_total", "Sandboxes that belonged to no environment and were destroyed", "");

    public static final Counter ERRORS = counter(
            "sandlot_errors_total",
            "Answers that are no success, by the type in their envelope",
            "type",
            "invalid_error",
            "authentication_error",
            "expired_token_error",
            "forbidden_error",
            "not_found_error",
            "conflict_error",
            "already_exists_error",
            "validation_error",
            "upgrade_required_error",
            "rate_limit_error",
            "app_error",
            "bad_gateway_error",
            "gateway_timeout_error");
    public static final HttpOperations HTTP = add(new HttpOperations(
            new Family("sandlot_http_requests_total", "Requests to the API, by operation and status", "operation"),
            new Family(
                    "sandlot_http_request_duration_seconds",
                    "From a request's head until its answer begins",
                    "operation")));

    public static final Counter KEEPER_ERRORS = counter(
            "sandlot_keeper_errors_total",
            "Sandboxes that could not be made, and commands that their keeper did not see to an end",
            "kind",
            "not_started",
            "unknown",
            "sandbox_died",
            "no_answer");
    public static final Counter DATABASE_ERRORS = counter(
            "sandlot_database_errors_total",
            "What the database refused, by the class of its SQLSTATE; rows that are there already are none",
            "class",
            "08",
            "22",
            "28",
            "40",
            "42",
            "53",
            "55",
            "57");

    public static final Gauge ENVIRONMENTS =
            gauge("sandlot_environments", "Environments that can be read, by state; every ten seconds", "state");
    public static final Gauge DATABASE_UP =
            gauge("sandlot_database_up", "1: the database answered when environments were counted last", "");
    public static final Gauge SHARE_USED =
            gauge("sandlot_share_used", "What is taken of what all tenants share", "share");
    public static final Gauge SHARE_LIMIT = gauge("sandlot_share_limit", "How much of it there is", "share");
    public static final Gauge KEPT =
            gauge("sandlot_kept_bytes", "Outputs and records of executions that are kept", "kind");
    public static final Gauge KEPT_LIMIT = gauge("sandlot_kept_limit_bytes", "How many may be kept together", "");
    public static final Gauge DISK_FREE =
            gauge("sandlot_disk_free_bytes", "What is free on the data directory's file system", "");
    public static final Gauge DISK_SIZE = gauge("sandlot_disk_size_bytes", "Its size", "");
    public static final Gauge IMAGES = gauge("sandlot_images", "Images that are unpacked", "");
    public static final Gauge IMAGES_BYTES = gauge("sandlot_images_bytes", "What their layers take", "");
    public static final Gauge IMAGES_LIMIT = gauge("sandlot_images_limit_bytes", "What they may take", "");

    public static final Gauge BUILD = gauge("sandlot_build_info", "Always 1", "version");
    public static final Gauge JAVA = gauge("jvm_info", "Always 1", "version");
    public static final Gauge MEMORY_USED = gauge("jvm_memory_used_bytes", "Memory of the Java runtime", "area");
    public static final Gauge MEMORY_COMMITTED =
            gauge("jvm_memory_committed_bytes", "Memory that it has of the host", "area");
    public static final Gauge MEMORY_MAX =
            gauge("jvm_memory_max_bytes", "Memory that it may have, where that is bounded", "area");
    public static final Gauge GC_SECONDS =
            total("jvm_gc_collection_seconds_total", "Time that it has collected garbage", "gc");
    public static final Gauge GC_COUNT = total("jvm_gc_collections_total", "How often it has", "gc");
    public static final Gauge THREADS = gauge("jvm_threads", "Platform threads", "");
    public static final Gauge CPU = total("process_cpu_seconds_total", "Processor time of the server", "");
    public static final Gauge OPEN_FILES = gauge("process_open_fds", "File descriptors that it has open", "");
    public static final Gauge OPEN_FILES_MAX = gauge("process_max_fds", "How many it may have", "");
    public static final Gauge START_TIME =
            gauge("process_start_time_seconds", "When it started, in seconds of the epoch", "");

    private Metrics() {}

    private static <T extends Metric> T add(T metric) {
        COUNTED.add(metric);
        return metric;
    }

    private static Counter counter(String name, String help, String label, String... words) {
        return add(new Counter(new Family(name, help, label), List.of(words)));
    }

    private static Histogram histogram(String name, String help, String label, String... words) {
        return add(new Histogram(new Family(name, help, label), List.of(words)));
    }

    private static Gauge gauge(String name, String help, String label) {
        return read(new Gauge(new Family(name, help, label), "gauge"));
    }

    /** A number that only grows, and that others count. */
    private static Gauge total(String name, String help, String label) {
        return read(new Gauge(new Family(name, help, label), "counter"));
    }

    private static Gauge read(Gauge gauge) {
        READ.add(gauge);
        return gauge;
    }

    /** How a share of the server stands, and its bound. */
    public static void share(Readings readings, String which, long used, long bound) {
        readings.set(SHARE_USED, which, used);
        readings.set(SHARE_LIMIT, which, bound);
    }

    /** All of them as they stand now, in the text format of Prometheus. */
    public static String text(Readings readings) {
        StringBuilder text = new StringBuilder(64 * 1024);
        TextFormat to = new TextFormat(text);
        COUNTED.forEach(metric -> metric.write(to));
        READ.forEach(gauge -> readings.write(gauge, to));
        return text.toString();
    }
}
