package dev.sandlot.filetransfer;

import dev.sandlot.auth.Role;
import dev.sandlot.environment.EnvironmentPath;
import dev.sandlot.http.JsonBody;
import dev.sandlot.sandbox.FileCourier.Draft;
import dev.sandlot.sandbox.FileCourier.Listing;
import dev.sandlot.sandbox.FileEntry;
import dev.sandlot.sandbox.SandboxPath;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Files of an environment, one by one. */
@Path("/org/{org}/ws/{workspace}/environments")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.ENVIRONMENTS_EXECUTE, Role.ADMIN})
@Singleton
@Tag(name = "files")
public class FileResource {
    private static final int BODY_MAX = 64 * 1024;
    private static final int DEPTH_MAX = 16;
    private static final int LIMIT_MAX = 10_000;
    private static final int LIMIT_ABSENT = 1000;
    private static final int CREATED = 201;

    private final Transfers transfers;
    private final FileAnswers answers;

    @Inject
    public FileResource(Transfers transfers, FileAnswers answers) {
        this.transfers = transfers;
        this.answers = answers;
    }

    @GET
    @Path("/{environment_id}/files")
    @Produces({MediaType.APPLICATION_OCTET_STREAM, MediaType.APPLICATION_JSON})
    @Operation(operationId = "readFile", summary = "The bytes of a file, or a range of them")
    public CompletionStage<Response> read(@BeanParam EnvironmentPath environment, @BeanParam PathCall call) {
        SandboxPath path = call.requiredPath();
        FileCall.Wish wish = call.wish();
        return transfers.answer(
                call.in(environment), path, courier -> answers.content(wish, call.audited(), courier, path));
    }

    @HEAD
    @Path("/{environment_id}/files")
    @Produces({MediaType.APPLICATION_OCTET_STREAM, MediaType.APPLICATION_JSON})
    @Operation(operationId = "headFile", summary = "What is known of a file's bytes")
    public CompletionStage<Response> head(@BeanParam EnvironmentPath environment, @BeanParam PathCall call) {
        SandboxPath path = call.requiredPath();
        return transfers.answer(
                call.in(environment),
                path,
                courier -> answers.head(courier.open(path)).build());
    }

    @PUT
    @Path("/{environment_id}/files")
    @Consumes(MediaType.WILDCARD)
    @Operation(operationId = "writeFile", summary = "Put a whole file in its place; directories on the way are made")
    public CompletionStage<Response> write(
            @BeanParam EnvironmentPath environment, @BeanParam PathCall call, InputStream content) {
        SandboxPath path = call.requiredPath();
        IncomingContent bytes = answers.incoming(call, content);
        Draft draft = new Draft(path, call.mode(), call.fresh(), call.match(), bytes.declared());
        return transfers.answer(call.in(environment), path, courier -> {
            FileEntry written = courier.write(draft, bytes);
            call.audited().carries(written.size());
            return Response.status(written.made() ? CREATED : Response.Status.NO_CONTENT.getStatusCode())
                    .header(HttpHeaders.ETAG, FileAnswers.etag(written))
                    .build();
        });
    }

    @PATCH
    @Path("/{environment_id}/files")
    @Consumes(MediaType.WILDCARD)
    @Operation(operationId = "appendToFile", summary = "Add to the end of a file that has so many bytes now")
    public CompletionStage<Response> append(
            @BeanParam EnvironmentPath environment, @BeanParam PathCall call, InputStream content) {
        SandboxPath path = call.requiredPath();
        long offset = call.number("offset", -1, 0, Long.MAX_VALUE);
        if (offset < 0 && call.faults().isEmpty()) {
            call.faults().missing("query", "offset");
        }
        IncomingContent bytes = answers.incoming(call, content);
        return transfers.answer(call.in(environment), path, courier -> {
            FileEntry longer = courier.append(path, offset, bytes);
            call.audited().carries(Math.max(0, longer.size() - offset));
            return Response.noContent()
                    .header(HttpHeaders.ETAG, FileAnswers.etag(longer))
                    .build();
        });
    }

    @DELETE
    @Path("/{environment_id}/files")
    @Operation(operationId = "deleteFile", summary = "Remove a file, or a directory")
    public CompletionStage<Response> delete(@BeanParam EnvironmentPath environment, @BeanParam PathCall call) {
        SandboxPath path = call.requiredPath();
        boolean all = call.flag("recursive");
        return transfers.answer(call.in(environment), path, courier -> {
            courier.remove(path, all);
            return Response.noContent().build();
        });
    }

    @GET
    @Path("/{environment_id}/files/entry")
    @Operation(operationId = "getFileEntry", summary = "What is at a path")
    @APIResponseSchema(EntryView.class)
    public CompletionStage<Response> entry(@BeanParam EnvironmentPath environment, @BeanParam PathCall call) {
        SandboxPath path = call.requiredPath();
        boolean itself = !call.flagUnlessSaid("follow");
        return transfers.answer(
                call.in(environment),
                path,
                courier -> Response.ok(EntryView.of(courier.stat(path, itself))).build());
    }

    @GET
    @Path("/{environment_id}/files/entries")
    @Operation(operationId = "listFileEntries", summary = "What is in a directory, by path")
    @APIResponseSchema(EntryList.class)
    public CompletionStage<Response> entries(@BeanParam EnvironmentPath environment, @BeanParam PathCall call) {
        SandboxPath path = call.requiredPath();
        int depth = (int) call.number("depth", 1, 1, DEPTH_MAX);
        int limit = (int) call.number("limit", LIMIT_ABSENT, 1, LIMIT_MAX);
        Listing listing = new Listing(path, depth, limit, call.after());
        return transfers.answer(
                call.in(environment),
                path,
                courier -> Response.ok(EntryList.of(courier.list(listing))).build());
    }

    @PUT
    @Path("/{environment_id}/files/directory")
    @Operation(operationId = "makeDirectory", summary = "Make a directory, and those on the way")
    @APIResponseSchema(EntryView.class)
    public CompletionStage<Response> makeDirectory(@BeanParam EnvironmentPath environment, @BeanParam PathCall call) {
        SandboxPath path = call.requiredPath();
        OptionalInt mode = call.mode();
        return transfers.answer(call.in(environment), path, courier -> {
            FileEntry entry = courier.makeFolder(path, mode);
            return Response.status(entry.made() ? CREATED : Response.Status.OK.getStatusCode())
                    .entity(EntryView.of(entry))
                    .build();
        });
    }

    @POST
    @Path("/{environment_id}/files/move")
    @Operation(operationId = "moveFile", summary = "Give a file or a directory another path")
    @APIResponseSchema(EntryView.class)
    public CompletionStage<Response> move(
            @BeanParam EnvironmentPath environment,
            @BeanParam FileCall call,
            @Context HttpHeaders headers,
            InputStream content) {
        JsonBody body = JsonBody.read(headers.getMediaType(), content, BODY_MAX, call.faults());
        MoveRequest wanted = MoveRequest.read(body, call.faults());
        call.aboutMove(wanted.source(), wanted.destination());
        return transfers.answer(
                call.in(environment),
                wanted.source(),
                courier -> Response.ok(
                                EntryView.of(courier.move(wanted.source(), wanted.destination(), wanted.overwrite())))
                        .build());
    }
}
