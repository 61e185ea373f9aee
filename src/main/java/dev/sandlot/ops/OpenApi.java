package dev.sandlot.ops;

import dev.sandlot.errors.ErrorType;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** Adds to the API's description the token and the key, and with which statuses the envelope answers each operation. */
public class OpenApi implements OASFilter {
    private static final String ENVELOPE = "ErrorPayload";
    private static final String BEARER = "bearer";
    private static final String KEY = "key";

    /** What every operation can answer. */
    private static final Set<ErrorType> ALL = EnumSet.of(
            ErrorType.INVALID,
            ErrorType.AUTHENTICATION,
            ErrorType.EXPIRED_TOKEN,
            ErrorType.FORBIDDEN,
            ErrorType.VALIDATION,
            ErrorType.UPGRADE_REQUIRED,
            ErrorType.RATE_LIMITED,
            ErrorType.APP);

    private static final Set<ErrorType> OF_LOGINS =
            EnumSet.of(ErrorType.NOT_FOUND, ErrorType.CONFLICT, ErrorType.BAD_GATEWAY, ErrorType.GATEWAY_TIMEOUT);

    /** What else some can, beside the 404 of those that name a thing. */
    private static final Map<String, Set<ErrorType>> OWN = Map.ofEntries(
            Map.entry(
                    "provisionEnvironment", EnumSet.of(ErrorType.NOT_FOUND, ErrorType.CONFLICT, ErrorType.BAD_GATEWAY)),
            Map.entry("execute", EnumSet.of(ErrorType.CONFLICT, ErrorType.BAD_GATEWAY, ErrorType.GATEWAY_TIMEOUT)),
            Map.entry("killExecution", EnumSet.of(ErrorType.GATEWAY_TIMEOUT)),
            Map.entry("extendEnvironment", EnumSet.of(ErrorType.CONFLICT, ErrorType.BAD_GATEWAY)),
            Map.entry("writeExecutionInput", EnumSet.of(ErrorType.CONFLICT, ErrorType.BAD_GATEWAY)),
            Map.entry("signalExecution", EnumSet.of(ErrorType.CONFLICT, ErrorType.BAD_GATEWAY)),
            Map.entry("beginDeviceLogin", EnumSet.of(ErrorType.BAD_GATEWAY)),
            Map.entry("pollDeviceLogin", OF_LOGINS),
            Map.entry("takeDeviceToken", OF_LOGINS),
            Map.entry("createApiKey", EnumSet.of(ErrorType.CONFLICT)),
            Map.entry("revokeOwnApiKey", EnumSet.of(ErrorType.NOT_FOUND)),
            Map.entry("publishTaskVersion", EnumSet.of(ErrorType.CONFLICT, ErrorType.ALREADY_EXISTS)),
            Map.entry("deleteTaskVersion", EnumSet.of(ErrorType.CONFLICT)));

    private static final String IS_OPEN = "/auth/device/";

    /** Operations by PUT that make what their path names. */
    private static final Set<String> MAKES = Set.of("publishTaskVersion");

    private static final Pattern IS_ABOUT_FILES = Pattern.compile(".*\\{environment_id}/(files|archive)(/.*)?");

    /** What operations on files can answer beside that. */
    private static final Set<ErrorType> OF_FILES =
            EnumSet.of(ErrorType.CONFLICT, ErrorType.ALREADY_EXISTS, ErrorType.BAD_GATEWAY, ErrorType.GATEWAY_TIMEOUT);

    private static final Pattern NAMES_A_THING = Pattern.compile(".*\\{(environment_id|key_id|name)}.*");

    @Override
    public void filterOpenAPI(OpenAPI api) {
        api.setInfo(OASFactory.createInfo()
                .title("Sandlot")
                .version("1")
                .description("Task environments: isolated, stateful sandboxes in which commands run over HTTP."));
        if (api.getComponents() == null) {
            api.setComponents(OASFactory.createComponents());
        }
        api.getComponents()
                .addSchema(ENVELOPE, envelope())
                .addSecurityScheme(
                        BEARER,
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("bearer")
                                .bearerFormat("JWT"))
                .addSecurityScheme(
                        KEY,
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.APIKEY)
                                .in(SecurityScheme.In.HEADER)
                                .name("X-API-Key"));
        api.setSecurity(List.of(
                OASFactory.createSecurityRequirement().addScheme(BEARER),
                OASFactory.createSecurityRequirement().addScheme(KEY)));
        api.getPaths().getPathItems().forEach(OpenApi::complete);
    }

    private static void complete(String path, PathItem item) {
        if (path.contains(IS_OPEN)) {
            item.getOperations().values().forEach(operation -> operation.setSecurity(List.of()));
        }
        item.getOperations()
                .values()
                .forEach(operation -> errors(path, operation.getOperationId()).forEach(type -> add(operation, type)));
    }

    private static Set<ErrorType> errors(String path, String operation) {
        Set<ErrorType> errors = EnumSet.copyOf(ALL);
        errors.addAll(OWN.getOrDefault(operation, Set.of()));
        if (IS_ABOUT_FILES.matcher(path).matches()) {
            errors.addAll(OF_FILES);
        }
        if (NAMES_A_THING.matcher(path).matches() && !MAKES.contains(operation)) {
            errors.add(ErrorType.NOT_FOUND);
        }
        return errors;
    }

    /** Two types of one status share its entry. */
    private static void add(Operation operation, ErrorType type) {
        String status = Integer.toString(type.status());
        APIResponse known = operation.getResponses().getAPIResponse(status);
        if (known != null) {
            known.setDescription(known.getDescription() + ", " + type.word());
            return;
        }
        Content json = OASFactory.createContent()
                .addMediaType(
                        "application/json",
                        OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().ref(ENVELOPE)));
        operation
                .getResponses()
                .addAPIResponse(
                        status,
                        OASFactory.createAPIResponse().description(type.word()).content(json));
    }

    private static Schema envelope() {
        Schema fault = object().addProperty(
                        "loc",
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.ARRAY)
                                .items(OASFactory.createSchema()))
                .addProperty("msg", type(Schema.SchemaType.STRING))
                .addProperty("type", type(Schema.SchemaType.STRING));
        return object().addProperty("code", type(Schema.SchemaType.INTEGER))
                .addProperty("detail", type(Schema.SchemaType.STRING))
                .addProperty("type", type(Schema.SchemaType.STRING))
                .addProperty("errors", type(Schema.SchemaType.ARRAY).items(fault))
                .required(List.of("code", "detail", "type"));
    }

    private static Schema object() {
        return type(Schema.SchemaType.OBJECT);
    }

    private static Schema type(Schema.SchemaType type) {
        return OASFactory.createSchema().addType(type);
    }
}
