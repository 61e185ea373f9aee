package dev.sandlot.log;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a request's steps are told to, when they are over: a trace that is collected, or nobody. */
@FunctionalInterface
public interface Trace {
    /** Nobody collects it: whoever sees this need not put together what there is to tell. */
    Trace NONE = (name, steps, about) -> {};

    /** A part of a piece of work. */
    record Step(String name, Duration took) {}

    /**
     * A piece of work ends now that consisted of these steps, one after the other.
     *
     * @param about ids and numbers, and never what a tenant has written
     */
    void tell(String name, List<Step> steps, Map<String, String> about);
}
