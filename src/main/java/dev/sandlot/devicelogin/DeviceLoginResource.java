package dev.sandlot.devicelogin;

import dev.sandlot.auth.Stranger;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.Faults;
import dev.sandlot.exchange.Exchange;
import dev.sandlot.http.JsonBody;
import dev.sandlot.scopes.UserView;
import dev.sandlot.worker.Workers;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * Logging in from a device without a browser. What waits for the identity provider does so on a worker; most polls have
 * their answer at once, for the provider says how often it wants to be asked.
 */
@Path(DeviceLoginResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "device login")
@PermitAll
public class DeviceLoginResource {
    static final String PATH = "/auth/device";

    private static final int BODY_MAX = 4 * 1024;

    private final DeviceLogins logins;
    private final Workers workers;
    private final Clock clock;

    @Inject
    public DeviceLoginResource(DeviceLogins logins, Workers workers, Clock clock) {
        this.logins = logins;
        this.workers = workers;
        this.clock = clock;
    }

    @POST
    @Path("/code")
    @Operation(operationId = "beginDeviceLogin", summary = "Begin a login; its user approves it in a browser")
    public CompletionStage<DeviceCodeView> begin(@Context SecurityContext security) {
        Stranger stranger = stranger(security);
        return CompletableFuture.supplyAsync(
                () -> DeviceCodeView.of(logins.begin(stranger)), Exchange.afterReturn(workers));
    }

    @GET
    @Path("/code/{device_code}")
    @Operation(operationId = "pollDeviceLogin", summary = "Whether a login is approved")
    public CompletionStage<DeviceUserView> poll(
            @Context SecurityContext security, @PathParam("device_code") String code) {
        stranger(security);
        return asked(
                code,
                () -> new DeviceUserView(
                        UserView.id(logins.requireGranted(code, clock.instant()).subject())));
    }

    @POST
    @Path("/token")
    @Operation(operationId = "takeDeviceToken", summary = "The token of a login that is approved, once")
    public CompletionStage<DeviceTokenView> take(
            @Context SecurityContext security, @Context HttpHeaders headers, InputStream content) {
        stranger(security);
        Faults faults = new Faults();
        String code =
                JsonBody.read(headers.getMediaType(), content, BODY_MAX, faults).requiredString("device_code");
        faults.throwIfAny();
        return asked(code, () -> DeviceTokenView.of(logins.take(code, clock.instant()), clock.instant()));
    }

    /** The answer, when the provider has been asked where that is due. */
    private <T> CompletionStage<T> asked(String code, Supplier<T> answer) {
        if (!logins.takeTurn(code)) {
            return CompletableFuture.completedFuture(answer.get());
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    logins.ask(code);
                    return answer.get();
                },
                Exchange.afterReturn(workers));
    }

    /** Throws NOT_FOUND where these operations are not open: then there are none. */
    private static Stranger stranger(SecurityContext security) {
        if (security.getUserPrincipal() instanceof Stranger stranger) {
            return stranger;
        }
        throw ApiException.notFound("path or method");
    }
}
