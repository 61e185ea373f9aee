package dev.sandlot.ops;

import dev.sandlot.errors.ErrorType;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** Adds to the API's description what holds for every operation: the envelope for each status, and the bearer token. */
public class OpenApi implements OASFilter {
    private static final String ENVELOPE = "ErrorPayload";
    private static final String BEARER = "bearer";

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
                                .bearerFormat("JWT"));
        api.setSecurity(List.of(OASFactory.createSecurityRequirement().addScheme(BEARER)));
        api.getPaths().getPathItems().values().forEach(OpenApi::complete);
    }

    private static void complete(PathItem path) {
        for (Map.Entry<PathItem.HttpMethod, Operation> entry :
                path.getOperations().entrySet()) {
            for (ErrorType type : ErrorType.values()) {
                add(entry.getValue(), type);
            }
        }
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
