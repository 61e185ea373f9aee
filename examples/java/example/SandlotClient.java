package example;

import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.rest.client.annotation.ClientHeaderParam;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.ext.ResponseExceptionMapper;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/**
 * Environments of a workspace, for applications on MicroProfile. Copy it, and add what else you need of the API. Two
 * properties: {@code sandlot/mp-rest/url}, the workspace's address ({@code …/api/v1/org/acme/ws/main}), and
 * {@code sandlot.key}, a key with the roles {@code environments:read}, {@code :write} and {@code :execute}. Give
 * {@code sandlot/mp-rest/readTimeout} more milliseconds than the longest of your commands may take.
 */
@RegisterRestClient(configKey = "sandlot")
@RegisterProvider(SandlotClient.Refusals.class)
@ClientHeaderParam(name = "X-API-Key", value = "{key}")
@Path("/environments")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public interface SandlotClient {
    /** The header for an environment's own token. */
    String TOKEN = "X-Environment-Token";

    /** Makes one. Its token is in this answer alone. */
    @POST
    Environment provision(Wanted wanted);

    /** How it is. */
    @GET
    @Path("/{id}")
    Environment get(@PathParam("id") String id);

    /** Runs a command and waits for its end. */
    @POST
    @Path("/{id}/execute")
    Result execute(@PathParam("id") String id, @HeaderParam(TOKEN) String token, Command command);

    /** The bytes of a file. */
    @GET
    @Path("/{id}/files")
    @Produces({MediaType.APPLICATION_OCTET_STREAM, MediaType.APPLICATION_JSON})
    byte[] read(@PathParam("id") String id, @HeaderParam(TOKEN) String token, @QueryParam("path") String path);

    /** Puts a file in its place. */
    @PUT
    @Path("/{id}/files")
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    void write(
            @PathParam("id") String id,
            @HeaderParam(TOKEN) String token,
            @QueryParam("path") String path,
            byte[] content);

    /** Ends it, with all that is in it. */
    @DELETE
    @Path("/{id}")
    void end(@PathParam("id") String id);

    /** What comes with each request; asked for each time, so that a key can be replaced. */
    default String key() {
        return ConfigProvider.getConfig().getValue("sandlot.key", String.class);
    }

    /** An environment that is to be; {@code seconds}: how long it lives. */
    record Wanted(
            @JsonbProperty("task_ref") String task, @JsonbProperty("timeout_sec") int seconds) {}

    /** An environment. */
    record Environment(
            String id,
            String state,
            @JsonbProperty("execute_token") String token,
            String error) {}

    /** A command; past its time it ends with exit code 124. */
    record Command(
            String command,
            @JsonbProperty("timeout_sec") int seconds,
            @JsonbProperty("on_timeout") String onTimeout) {
        /** The same, for which a timeout is a result. */
        public Command(String command, int seconds) {
            this(command, seconds, "result");
        }
    }

    /** How a command has ended, and what it has printed. */
    record Result(@JsonbProperty("exit_code") int exitCode, String output) {}

    /** What the server says of a request that it does not do. */
    record Envelope(int code, String type, String detail) {}

    /** The server does not do it. */
    class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int status;

        Refused(int status, String detail) {
            super(detail);
            this.status = status;
        }

        /** Of the answer. */
        public int status() {
            return status;
        }
    }

    /** Makes exceptions of refusals, with the server's own sentence. */
    class Refusals implements ResponseExceptionMapper<Refused> {
        @Override
        public boolean handles(int status, MultivaluedMap<String, Object> headers) {
            return status >= 400;
        }

        @Override
        public Refused toThrowable(Response answer) {
            boolean isTold = MediaType.APPLICATION_JSON_TYPE.isCompatible(answer.getMediaType());
            return new Refused(
                    answer.getStatus(),
                    isTold ? answer.readEntity(Envelope.class).detail() : "no answer of Sandlot's");
        }
    }
}
