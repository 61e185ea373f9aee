package dev.sandlot.scopes;

import dev.sandlot.auth.Caller;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A caller on the wire. Clients want an address, and tokens need not have one: it is the subject. */
public record UserView(UUID id, String emailAddress, String username) {
    static UserView of(Caller caller) {
        return new UserView(
                UUID.nameUUIDFromBytes(("user " + caller.subject()).getBytes(StandardCharsets.UTF_8)),
                caller.subject(),
                caller.subject());
    }
}
