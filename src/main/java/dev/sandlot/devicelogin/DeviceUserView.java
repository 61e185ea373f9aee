package dev.sandlot.devicelogin;

import java.util.UUID;

/** Who has approved a login: the {@code id} of that user. */
public record DeviceUserView(UUID userId) {}
