package dev.sandlot.settings;

/**
 * A record of what an operator says to one package: a bean whose constructor is given {@link Settings}. Its constants of
 * type {@link Setting} are in the list of settings for being there, and a server whose record can't be made does not
 * start.
 */
public interface Configured {}
