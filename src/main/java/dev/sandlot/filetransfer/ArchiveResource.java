package dev.sandlot.filetransfer;

import dev.sandlot.auth.Role;
import dev.sandlot.environment.EnvironmentPath;
import dev.sandlot.sandbox.FileCourier;
import dev.sandlot.sandbox.SandboxPath;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.Variant;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Trees of files of an environment, as archives. */
@Path("/org/{org}/ws/{workspace}/environments")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.ENVIRONMENTS_EXECUTE, Role.ADMIN})
@Singleton
@Tag(name = "files")
public class ArchiveResource {
    private static final List<Variant> VARIANTS = Variant.mediaTypes(
                    ArchiveForm.TAR.mediaType(), ArchiveForm.GZIP.mediaType())
            .build();

    private final Transfers transfers;
    private final TransferConfig config;

    @Inject
    public ArchiveResource(Transfers transfers, TransferConfig config) {
        this.transfers = transfers;
        this.config = config;
    }

    @GET
    @Path("/{environment_id}/archive")
    @Produces({ArchiveForm.TAR_TYPE, ArchiveForm.GZIP_TYPE, MediaType.APPLICATION_JSON})
    @Operation(operationId = "readArchive", summary = "A directory with all that is in it, as a tar archive")
    public CompletionStage<Response> read(
            @BeanParam EnvironmentPath environment, @BeanParam PathCall call, @Context Request http) {
        SandboxPath path = call.requiredPath();
        Variant best = http.selectVariant(VARIANTS);
        ArchiveForm form = best == null
                ? ArchiveForm.TAR
                : ArchiveForm.of(best.getMediaType()).orElse(ArchiveForm.TAR);
        return transfers.answer(call.in(environment), path, courier -> {
            // Whoever may not look into it is told so; later nothing can be told any more.
            courier.list(new FileCourier.Listing(path, 1, 1, Optional.empty()));
            call.audited().carries();
            StreamingOutput body = out -> new ArchiveWriter(courier, config).write(path, form, out);
            return Response.ok(body, form.mediaType()).build();
        });
    }

    @PUT
    @Path("/{environment_id}/archive")
    @Consumes(MediaType.WILDCARD)
    @Operation(operationId = "writeArchive", summary = "Put the members of an archive below a directory, which is made")
    @APIResponseSchema(ArchiveView.class)
    public CompletionStage<Response> write(
            @BeanParam EnvironmentPath environment,
            @BeanParam PathCall call,
            @Context HttpHeaders headers,
            InputStream content) {
        SandboxPath path = call.requiredPath();
        ArchiveForm form = ArchiveForm.read(headers.getMediaType());
        if (call.exchange().getContentLengthLong() > config.fileBytes()) {
            throw FileRefusals.tooLarge("The archive is larger than " + config.fileBytes() + " bytes");
        }
        return transfers.answer(call.in(environment), path, courier -> {
            ArchiveView put = new ArchiveReader(courier, config).read(path, form, content);
            call.audited().carries(put.bytes());
            return Response.ok(put).build();
        });
    }
}
