package dev.sandlot.keys;

import java.util.List;

/** All good keys of a caller, newest first: there are few. */
public record ApiKeyList(List<ApiKeyView> apiKeys) {}
