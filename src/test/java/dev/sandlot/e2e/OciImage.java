package dev.sandlot.e2e;

import dev.sandlot.auth.Sha256;
import dev.sandlot.image.TestLayer;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An image for a registry (OCI image specification 1.1): what is above comes last. */
final class OciImage {
    static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String INDEX = "application/vnd.oci.image.index.v1+json";
    private static final List<String> TOOLS =
            List.of("sh", "cat", "ls", "id", "pwd", "echo", "stat", "mkdir", "chmod", "rm", "find", "wc", "sleep");

    private final byte[] config;
    private final List<byte[]> layers;

    private OciImage(byte[] config, List<byte[]> layers) {
        this.config = config;
        this.layers = layers;
    }

    static OciImage of(JsonObjectBuilder config, byte[]... layers) {
        String configuration = Json.createObjectBuilder()
                .add("architecture", "amd64")
                .add("os", "linux")
                .add("config", config)
                .build()
                .toString();
        return new OciImage(configuration.getBytes(StandardCharsets.UTF_8), List.of(layers));
    }

    /** A layer with the tools of Debian's busybox-static. */
    static byte[] tools() throws IOException {
        TestLayer layer = new TestLayer()
                .folder("bin", 0755)
                .file("bin/busybox", Files.readAllBytes(Path.of("/bin/busybox")), 0755)
                .folder("etc", 0755)
                .file("etc/passwd", "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n")
                .file("etc/group", "root:x:0:\napp:x:1000:\n");
        for (String tool : TOOLS) {
            layer.symlink("bin/" + tool, "busybox");
        }
        return layer.gzip();
    }

    List<byte[]> blobs() {
        List<byte[]> blobs = new ArrayList<>(layers);
        blobs.add(config);
        return blobs;
    }

    byte[] manifest() {
        JsonArrayBuilder described = Json.createArrayBuilder();
        layers.forEach(layer -> described.add(descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer)));
        return Json.createObjectBuilder()
                .add("schemaVersion", 2)
                .add("mediaType", MANIFEST)
                .add("config", descriptor("application/vnd.oci.image.config.v1+json", config))
                .add("layers", described)
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The images by architecture. */
    static byte[] index(Map<String, OciImage> images) {
        JsonArrayBuilder manifests = Json.createArrayBuilder();
        images.forEach((architecture, image) -> manifests.add(descriptor(MANIFEST, image.manifest())
                .add("platform", Json.createObjectBuilder().add("os", "linux").add("architecture", architecture))));
        return Json.createObjectBuilder()
                .add("schemaVersion", 2)
                .add("mediaType", INDEX)
                .add("manifests", manifests)
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private static JsonObjectBuilder descriptor(String type, byte[] content) {
        return Json.createObjectBuilder()
                .add("mediaType", type)
                .add("digest", digest(content))
                .add("size", content.length);
    }

    static String digest(byte[] content) {
        return "sha256:" + Sha256.of(content);
    }
}
