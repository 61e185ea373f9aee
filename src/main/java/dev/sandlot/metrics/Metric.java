package dev.sandlot.metrics;

/** What is counted or timed under one name. */
interface Metric {
    void write(TextFormat to);
}
