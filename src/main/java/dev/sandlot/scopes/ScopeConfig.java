package dev.sandlot.scopes;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * What is told of scopes that nobody has named.
 *
 * @param workspace the one that an organization has where none of it is named or used
 */
@Singleton
record ScopeConfig(String workspace) implements Configured {
    private static final Setting<String> WORKSPACE = Setting.of(
            "sandlot.default.workspace",
            Kind.text(
                    "1 to 63 of a-z, 0-9 and -",
                    text -> WorkspaceId.SLUG.matcher(text).matches()),
            "main",
            "the workspace that clients are told of first, where a token allows all of an organization's");

    ScopeConfig {
        WORKSPACE.require(workspace);
    }

    @Inject
    ScopeConfig(Settings settings) {
        this(settings.get(WORKSPACE));
    }
}
