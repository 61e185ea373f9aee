package dev.sandlot.http;

import jakarta.servlet.http.HttpServletRequest;

/** Is told of whom filters refuse before JAX-RS sees them. */
@FunctionalInterface
public interface RefusalWitness {
    /** Somebody whom nobody knows was answered with that status. */
    void refused(HttpServletRequest request, int status);
}
