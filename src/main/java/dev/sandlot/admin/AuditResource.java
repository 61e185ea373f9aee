package dev.sandlot.admin;

import dev.sandlot.audit.AuditQuery;
import dev.sandlot.audit.AuditReader;
import dev.sandlot.auth.Role;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import dev.sandlot.exchange.LongAnswers;
import dev.sandlot.http.Paging;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Variant;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Who did what. */
@Path("/audit")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.ADMIN)
@Singleton
@Tag(name = "admin")
public class AuditResource {
    private static final String LINES = "application/x-ndjson";
    private static final List<Variant> VARIANTS = Variant.mediaTypes(
                    MediaType.APPLICATION_JSON_TYPE, MediaType.valueOf(LINES))
            .build();
    /** In whose turn the operator's long answers are made; no organization has such a name. */
    static final WorkspaceId OPERATOR = new WorkspaceId("operator of all", "");

    private static final String RETRY_SECONDS = "10";

    private final AuditReader reader;
    private final LongAnswers longAnswers;
    private final AtomicBoolean verifying = new AtomicBoolean();

    @Inject
    public AuditResource(AuditReader reader, LongAnswers longAnswers) {
        this.reader = reader;
        this.longAnswers = longAnswers;
    }

    @GET
    @Produces({MediaType.APPLICATION_JSON, LINES})
    @Operation(
            operationId = "listAudit",
            summary = "Who did what, newest first; as lines of JSON all of it, oldest first")
    @APIResponseSchema(AuditList.class)
    public CompletionStage<Response> list(
            @Context Request http, @BeanParam AuditParameters parameters, @QueryParam("limit") @Nullable String limit) {
        Faults faults = new Faults();
        AuditQuery query = parameters.query(faults);
        long before = parameters.before(faults);
        Paging paging = Paging.read(null, limit, faults);
        faults.throwIfAny();
        return wantsLines(http)
                ? longAnswers.stream(LINES, out -> reader.all(query, line -> write(line, out)))
                : longAnswers.json(
                        OPERATOR, () -> AuditList.of(reader.newest(query, before, paging.limit() + 1), paging.limit()));
    }

    private static boolean wantsLines(Request http) {
        Variant best = http.selectVariant(VARIANTS);
        return best != null && best.getMediaType().toString().equals(LINES);
    }

    private static void write(String line, OutputStream out) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @GET
    @Path("/verification")
    @Operation(operationId = "verifyAudit", summary = "Whether the whole chain is as it was written")
    @APIResponseSchema(AuditVerificationView.class)
    public CompletionStage<Response> verify() {
        return longAnswers.jsonAside(() -> AuditVerificationView.of(verifyAlone()));
    }

    /** It may take minutes, and nobody's long answers wait for it. */
    private AuditReader.Verified verifyAlone() {
        if (!verifying.compareAndSet(false, true)) {
            throw new ApiException(ErrorType.RATE_LIMITED, "The audit is being verified already; try again later")
                    .withHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        }
        try {
            return reader.verify();
        } finally {
            verifying.set(false);
        }
    }
}
