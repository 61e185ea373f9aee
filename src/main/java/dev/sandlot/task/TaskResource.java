package dev.sandlot.task;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.Role;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.ApiPath;
import dev.sandlot.http.JsonBody;
import dev.sandlot.http.Paging;
import dev.sandlot.image.Images;
import dev.sandlot.task.TaskPublisher.Draft;
import dev.sandlot.task.TaskPublisher.Published;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The operations on tasks. */
@Path("/org/{org}/tasks")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "tasks")
@RolesAllowed({
    Role.TASKS_READ,
    Role.TASKS_WRITE,
    Role.ENVIRONMENTS_READ,
    Role.ENVIRONMENTS_WRITE,
    Role.ENVIRONMENTS_EXECUTE,
    Role.ADMIN
})
public class TaskResource {
    private static final int BODY_MAX = 4 << 20;
    private static final int LISTED_WHOLE_MAX = 16 << 10;

    private final TaskCatalogue catalogue;
    private final TaskPublisher publisher;
    private final Images images;

    @Inject
    public TaskResource(TaskCatalogue catalogue, TaskPublisher publisher, Images images) {
        this.catalogue = catalogue;
        this.publisher = publisher;
        this.images = images;
    }

    @GET
    @Operation(operationId = "listTasks", summary = "The newest visible version of each task")
    public TaskList list(
            @Context SecurityContext security,
            @PathParam("org") String org,
            @QueryParam("page") @Nullable String page,
            @QueryParam("limit") @Nullable String limit,
            @BeanParam TaskFilter filter) {
        Caller caller = Caller.of(security);
        Faults faults = new Faults();
        WorkspaceId.checkSlug("org", org, faults);
        Paging paging = Paging.read(page, limit, faults);
        filter.check(faults);
        faults.throwIfAny();
        List<TaskSummary> all = catalogue.newest(org, filter.includesPublic()).stream()
                .filter(filter::takes)
                .toList();
        return TaskList.of(all, paging, task -> entry(task, caller, org));
    }

    @GET
    @Path("/facets")
    @Operation(operationId = "getTaskFacets", summary = "The values that the list of tasks can be filtered by")
    public TaskFacetsView facets(@PathParam("org") String org, @BeanParam TaskFilter filter) {
        Faults faults = new Faults();
        WorkspaceId.checkSlug("org", org, faults);
        filter.check(faults);
        faults.throwIfAny();
        return TaskFacetsView.of(catalogue.newest(org, filter.includesPublic()).stream()
                .filter(filter::takes)
                .toList());
    }

    @GET
    @Path("/{name}/readme")
    @Operation(operationId = "getTaskReadme", summary = "What a task is about")
    public TaskTextView readme(@PathParam("org") String org, @PathParam("name") String name) {
        return TaskTextView.of(definition(org, name, TaskRef.LATEST));
    }

    @GET
    @Path("/{name}/instruction")
    @Operation(operationId = "getTaskInstruction", summary = "What is to be done in a task")
    public TaskTextView instruction(@PathParam("org") String org, @PathParam("name") String name) {
        return TaskTextView.of(definition(org, name, TaskRef.LATEST));
    }

    @GET
    @Path("/{name}")
    @Operation(operationId = "getTask", summary = "The newest version of a task")
    public TaskView newest(
            @Context SecurityContext security, @PathParam("org") String org, @PathParam("name") String name) {
        return find(security, org, name, TaskRef.LATEST);
    }

    @GET
    @Path("/{name}/versions")
    @Operation(operationId = "listTaskVersions", summary = "All visible versions of a task, newest first")
    public TaskVersions versions(@PathParam("org") String org, @PathParam("name") String name) {
        Faults faults = new Faults();
        WorkspaceId.checkSlug("org", org, faults);
        checkName(name, faults);
        faults.throwIfAny();
        List<TaskView> versions = catalogue.versions(name, org).stream()
                .map(task -> TaskView.of(task, status(task)))
                .toList();
        if (versions.isEmpty()) {
            throw ApiException.notFound("task");
        }
        return new TaskVersions(versions, versions.get(0).version());
    }

    @GET
    @Path("/{name}/{version}")
    @Operation(operationId = "getTaskVersion", summary = "One version of a task, or its latest")
    public TaskView version(
            @Context SecurityContext security,
            @PathParam("org") String org,
            @PathParam("name") String name,
            @PathParam("version") String version) {
        return find(security, org, name, version);
    }

    @PUT
    @Path("/{name}/{version}")
    @RolesAllowed({Role.TASKS_WRITE, Role.ADMIN})
    @Operation(operationId = "publishTaskVersion", summary = "Publish a version of a task; it never changes")
    public Response publish(
            @Context SecurityContext security,
            @Context HttpHeaders headers,
            @PathParam("org") String org,
            @PathParam("name") String name,
            @PathParam("version") String version,
            InputStream content) {
        Caller caller = Caller.of(security);
        Faults faults = new Faults();
        JsonBody body = JsonBody.read(headers.getMediaType(), content, BODY_MAX, faults);
        publisher.requireAllowed(caller, org, body);
        body.requireStorable();
        WorkspaceId.checkSlug("org", org, faults);
        checkPath(name, version, faults);
        Map.of("org", org, "name", name, "version", version)
                .forEach((member, value) -> body.string(member)
                        .filter(own -> !own.equals(value))
                        .ifPresent(own -> faults.badValue("Must be that of the path", "body", member)));
        faults.throwIfAny();
        JsonBody definition = body.with("org", org).with("name", name).with("version", version);
        Draft draft = publisher.read(caller, definition, faults);
        faults.throwIfAny();
        Published published = publisher.publish(draft);
        return Response.status(published.isNew() ? Response.Status.CREATED : Response.Status.OK)
                .header("Location", ApiPath.ROOT + "/org/" + org + "/tasks/" + name + "/" + version)
                .entity(view(published.task(), caller, org))
                .build();
    }

    @PATCH
    @Path("/{name}/visibility")
    @RolesAllowed({Role.TASKS_WRITE, Role.ADMIN})
    @Operation(
            operationId = "setTaskVisibility",
            summary = "Show a published task to everybody, or to its organization")
    public TaskView show(
            @Context SecurityContext security,
            @Context HttpHeaders headers,
            @PathParam("org") String org,
            @PathParam("name") String name,
            InputStream content) {
        Faults faults = new Faults();
        JsonBody body = JsonBody.read(headers.getMediaType(), content, BODY_MAX, faults);
        publisher.requireAllowed(Caller.of(security), org, body);
        WorkspaceId.checkSlug("org", org, faults);
        checkName(name, faults);
        if (!body.has("is_public")) {
            faults.missing("body", "is_public");
        }
        boolean toAll = body.flag("is_public");
        faults.throwIfAny();
        publisher.show(org, name, toAll);
        return find(security, org, name, TaskRef.LATEST);
    }

    @DELETE
    @Path("/{name}/{version}")
    @RolesAllowed({Role.TASKS_WRITE, Role.ADMIN})
    @Operation(operationId = "deleteTaskVersion", summary = "Remove a published version that nothing uses")
    public Response delete(
            @Context SecurityContext security,
            @PathParam("org") String org,
            @PathParam("name") String name,
            @PathParam("version") String version) {
        Caller caller = Caller.of(security);
        Faults faults = new Faults();
        WorkspaceId.checkSlug("org", org, faults);
        checkPath(name, version, faults);
        faults.throwIfAny();
        publisher.remove(caller, new TaskId(org, name, TaskVersion.parse(version)));
        return Response.noContent().build();
    }

    private static void checkName(String name, Faults faults) {
        if (!TaskRef.isName(name)) {
            faults.badValue("Must be a task's name", "path", "name");
        }
    }

    private static void checkPath(String name, String version, Faults faults) {
        checkName(name, faults);
        if (!TaskVersion.isVersion(version)) {
            faults.badValue("Must be MAJOR.MINOR.PATCH", "path", "version");
        }
    }

    private TaskView find(SecurityContext security, String org, String name, String version) {
        return view(definition(org, name, version), Caller.of(security), org);
    }

    private TaskDefinition definition(String org, String name, String version) {
        Faults faults = new Faults();
        WorkspaceId.checkSlug("org", org, faults);
        Optional<TaskRef> ref = TaskRef.parse(name + "@" + version)
                .filter(parsed -> parsed.org().isEmpty());
        if (ref.isEmpty()) {
            faults.badValue("Must be a task's name and MAJOR.MINOR.PATCH or latest", "path", "version");
        }
        faults.throwIfAny();
        return ref.flatMap(wanted -> catalogue.resolve(wanted, org)).orElseThrow(() -> ApiException.notFound("task"));
    }

    private TaskView view(TaskDefinition task, Caller caller, String org) {
        boolean isOwners = task.id().org().equals(org) && caller.hasRole(Role.TASKS_WRITE);
        return TaskView.of(task, status(TaskSummary.of(task)), isOwners);
    }

    /** A list tells all of what is small; the large parts of a large definition are told by itself only. */
    private TaskView entry(TaskSummary task, Caller caller, String org) {
        Optional<TaskDefinition> whole =
                task.origin().size() <= LISTED_WHOLE_MAX ? catalogue.find(task) : Optional.empty();
        return whole.map(definition -> view(definition, caller, org)).orElseGet(() -> TaskView.of(task, status(task)));
    }

    private Images.Status status(TaskSummary task) {
        return task.image().map(images::status).orElse(Images.Status.READY);
    }
}
