package dev.sandlot.keys;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.Role;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.ApiPath;
import dev.sandlot.http.JsonBody;
import dev.sandlot.http.UuidText;
import dev.sandlot.scopes.Scopes;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The operations on keys. Who has made one has it told once, and shows a token for all but to revoke the own one. */
@Path("/user/api-keys")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "keys")
@RolesAllowed({
    Role.ENVIRONMENTS_READ,
    Role.ENVIRONMENTS_WRITE,
    Role.ENVIRONMENTS_EXECUTE,
    Role.TASKS_READ,
    Role.TASKS_WRITE,
    Role.TASKS_PUBLISH_PUBLIC,
    Role.METRICS_READ,
    Role.ADMIN
})
public class KeyResource {
    private static final String ADDRESS = ApiPath.ROOT + "/user/api-keys/";
    private static final int BODY_MAX = 64 << 10;

    private final ApiKeys keys;
    private final Scopes scopes;
    private final Clock clock;

    @Inject
    public KeyResource(ApiKeys keys, Scopes scopes, Clock clock) {
        this.keys = keys;
        this.scopes = scopes;
        this.clock = clock;
    }

    @POST
    @Operation(operationId = "createApiKey", summary = "Make a key; its secret is in this answer alone")
    public Response make(@Context SecurityContext security, @Context HttpHeaders headers, InputStream content) {
        Caller maker = maker(security);
        Faults faults = new Faults();
        JsonBody body = JsonBody.read(headers.getMediaType(), content, BODY_MAX, faults);
        WantedKey wanted = new KeyRequest(maker, scopes, body, faults).read(clock.instant());
        return created(keys.make(maker, wanted));
    }

    @GET
    @Operation(operationId = "listApiKeys", summary = "The caller's keys, without their secrets")
    public ApiKeyList list(@Context SecurityContext security) {
        return new ApiKeyList(
                keys.list(maker(security)).stream().map(ApiKeyView::of).toList());
    }

    @POST
    @Path("/{key_id}/rotate")
    @Operation(operationId = "rotateApiKey", summary = "Make a key in place of another, which ends")
    public Response rotate(@Context SecurityContext security, @PathParam("key_id") String id) {
        return created(keys.rotate(maker(security), id(id)));
    }

    @DELETE
    @Path("/{key_id}")
    @Operation(operationId = "revokeApiKey", summary = "Revoke a key")
    public Response revoke(@Context SecurityContext security, @PathParam("key_id") String id) {
        keys.revoke(maker(security), id(id));
        return Response.noContent().build();
    }

    @DELETE
    @Path("/self")
    @Operation(operationId = "revokeOwnApiKey", summary = "Revoke the key that the request is sent with")
    public Response revokeSelf(@Context SecurityContext security) {
        keys.revokeSelf(Caller.of(security));
        return Response.noContent().build();
    }

    private static Caller maker(SecurityContext security) {
        Caller caller = Caller.of(security);
        if (caller.key().isPresent()) {
            throw new ApiException(
                    ErrorType.FORBIDDEN, "Keys are made, listed and revoked with a token, not with a key");
        }
        return caller;
    }

    private static UUID id(String text) {
        Optional<UUID> id = UuidText.parse(text);
        if (id.isEmpty()) {
            Faults faults = new Faults();
            faults.wrongType("a uuid", "path", "key_id");
            faults.throwIfAny();
        }
        return id.orElseThrow();
    }

    private static Response created(ApiKeys.Made made) {
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(HttpHeaders.LOCATION, ADDRESS + made.key().id())
                .entity(ApiKeyView.of(made))
                .build();
    }
}
