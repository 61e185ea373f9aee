package dev.sandlot.image;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;

/**
 * What is stored of an image.
 *
 * @param configuration the image's own, as it came
 * @param layers the lowermost first
 */
record ImageRecord(String digest, String configuration, List<Layer> layers) {
    ImageRecord {
        layers = List.copyOf(layers);
    }

    /**
     * A layer that was unpacked.
     *
     * @param hash of its archive; names its folder
     * @param bytes about what it takes
     */
    record Layer(String hash, long bytes) {}

    String toJson() {
        JsonArrayBuilder array = Json.createArrayBuilder();
        layers.forEach(layer ->
                array.add(Json.createObjectBuilder().add("hash", layer.hash()).add("bytes", layer.bytes())));
        return Json.createObjectBuilder()
                .add("digest", digest)
                .add("configuration", configuration)
                .add("layers", array)
                .build()
                .toString();
    }

    static ImageRecord parse(String json) throws IOException {
        try (JsonReader reader = Json.createReader(new StringReader(json))) {
            JsonObject object = reader.readObject();
            List<Layer> layers = new ArrayList<>();
            for (JsonObject layer : object.getJsonArray("layers").getValuesAs(JsonObject.class)) {
                layers.add(new Layer(
                        layer.getString("hash"), layer.getJsonNumber("bytes").longValue()));
            }
            return new ImageRecord(object.getString("digest"), object.getString("configuration"), layers);
        } catch (JsonException | NullPointerException | ClassCastException broken) {
            throw new IOException("a record of an image is broken", broken);
        }
    }
}
