package dev.sandlot.bench;

/** One part of the benchmark. What it makes on the server, it removes. */
@FunctionalInterface
interface Part {
    void measure(Subject subject, Report report) throws Exception;
}
