package dev.sandlot.scopes;

import org.jdbi.v3.core.Jdbi;

public final class SampleScopes {
    private SampleScopes() {}

    /** On that database, with the usual settings. */
    public static Scopes on(Jdbi jdbi) {
        return new Scopes(new ScopeRepository(jdbi), new ScopeConfig("main"));
    }
}
