package dev.sandlot.admin;

import java.util.List;

/** All quotas in force, by name. */
public record QuotaList(List<QuotaView> quotas) {}
