package dev.sandlot.scopes;

import dev.sandlot.auth.Caller;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A caller on the wire. Clients want an address, and tokens need not have one: it is the subject. */
public record UserView(UUID id, String emailAddress, String username) {
    static UserView of(Caller caller) {
        return new UserView(id(caller.subject()), caller.subject(), caller.subject());
    }

    /** The id of who has that subject. */
    public static UUID id(String subject) {
        return UUID.nameUUIDFromBytes(("user " + subject).getBytes(StandardCharsets.UTF_8));
    }
}
