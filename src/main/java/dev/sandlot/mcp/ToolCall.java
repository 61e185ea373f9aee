package dev.sandlot.mcp;

import dev.sandlot.audit.AuditAct;
import dev.sandlot.audit.Origin;
import dev.sandlot.auth.Caller;
import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import dev.sandlot.http.UuidText;
import dev.sandlot.log.Request;
import jakarta.servlet.ServletRequest;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A message of a caller's, and what comes of it where it calls a tool. */
final class ToolCall implements AuditAct.Source {
    /** What a message says without calling a tool changes nothing, and goes by this name. */
    private static final String OPERATION = "mcp";

    private static final int OK = 200;

    private final Origins origins;
    private final @Nullable ExecuteToken header;
    private final JsonBody arguments;
    private final Faults faults;
    private volatile AuditAct act = new AuditAct(OPERATION, true, null, null, OK);
    private volatile @Nullable UUID begun;

    /**
     * Who calls, and from where.
     *
     * @param base the server as its clients see it
     */
    record Origins(Caller caller, WorkspaceId workspace, ServletRequest exchange, URI base) {}

    /** {@code header}: the token that came beside the message, for calls that name none. */
    ToolCall(Origins origins, @Nullable ExecuteToken header, JsonBody arguments, Faults faults) {
        this.origins = origins;
        this.header = header;
        this.arguments = arguments;
        this.faults = faults;
    }

    Caller caller() {
        return origins.caller();
    }

    WorkspaceId workspace() {
        return origins.workspace();
    }

    Origin origin() {
        return Origin.of(origins.exchange());
    }

    /** The message as a request, until the call returns. */
    ServletRequest exchange() {
        return origins.exchange();
    }

    URI base() {
        return origins.base();
    }

    JsonBody arguments() {
        return arguments;
    }

    /** What is wrong with the arguments. */
    Faults faults() {
        return faults;
    }

    /** The environment that the arguments name; a fault is told where they name none, and something stands in. */
    UUID environment() {
        UUID id = id("environment_id");
        act = new AuditAct(act.operation(), act.reads(), id, act.execution(), act.status());
        Request.isAbout(id);
        return id;
    }

    /** The execution that the arguments name, in the same way. */
    UUID execution() {
        UUID id = id("execution_id");
        act = new AuditAct(act.operation(), act.reads(), act.environment(), id, act.status());
        Request.isAboutExecution(id);
        return id;
    }

    private UUID id(String name) {
        String text = arguments.requiredString(name);
        Optional<UUID> id = UuidText.parse(text);
        if (id.isEmpty() && !text.isEmpty()) {
            faults.wrongType("a uuid", "body", name);
        }
        return id.orElse(new UUID(0, 0));
    }

    /** The environment's token; a fault is told where there is none. */
    ExecuteToken token() {
        ExecuteToken token =
                arguments.string("execute_token").map(ExecuteToken::parse).orElse(header);
        if (token == null) {
            faults.missing("body", "execute_token");
            return new ExecuteToken("");
        }
        return token;
    }

    /** It calls a tool, which does what that operation does. */
    void isOf(String operation, boolean reads) {
        act = new AuditAct(operation, reads, null, null, OK);
    }

    /** It has made that environment. */
    void hasMade(UUID environment) {
        act = new AuditAct(act.operation(), act.reads(), environment, null, act.status());
    }

    /** It has begun that execution, of whose end the audit is told. */
    void hasBegun(UUID execution) {
        begun = execution;
    }

    /** It has failed, or was refused. */
    void hasFailed(int status) {
        act = new AuditAct(act.operation(), act.reads(), act.environment(), act.execution(), status);
    }

    @Override
    public AuditAct act() {
        return act;
    }

    Optional<UUID> begun() {
        return Optional.ofNullable(begun);
    }
}
