package dev.sandlot.image;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.http.TransportHttpClient;
import com.google.cloud.tools.jib.image.json.BuildableManifestTemplate;
import com.google.cloud.tools.jib.image.json.BuildableManifestTemplate.ContentDescriptorTemplate;
import com.google.cloud.tools.jib.image.json.ManifestListTemplate;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import com.google.cloud.tools.jib.registry.ManifestAndDigest;
import com.google.cloud.tools.jib.registry.RegistryClient;
import com.google.cloud.tools.jib.registry.credentials.CredentialRetrievalException;
import dev.sandlot.log.ServerLog;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One repository of one registry, or of its mirror, as the OCI distribution specification has it. Every digest is checked:
 * what arrives is what was asked for.
 */
final class Registry implements AutoCloseable {
    private static final Logger LOG = ServerLog.of(Registry.class);

    private final FailoverHttpClient http;
    private final RegistryTransport transport;
    private final RegistryClient client;

    private Registry(FailoverHttpClient http, RegistryTransport transport, RegistryClient client) {
        this.http = http;
        this.transport = transport;
        this.client = client;
    }

    /** Connects to {@code server}, which has the image's repository. */
    static Registry open(String server, ImageRef ref, ImageConfig config) throws IOException, ImageException {
        boolean plain = ImageConfig.mayBePlain(server);
        RegistryTransport transport = new RegistryTransport();
        FailoverHttpClient http = new TransportHttpClient(
                plain,
                event -> LOG.log(Level.FINE, "{0}", event.getMessage()),
                transport::verifying,
                transport::trusting);
        boolean good = false;
        try {
            Registry registry = new Registry(http, transport, client(server, ref, config, http));
            good = true;
            return registry;
        } catch (RegistryException refused) {
            throw refused(ref, refused);
        } finally {
            if (!good) {
                http.shutDown();
            }
        }
    }

    private static RegistryClient client(String server, ImageRef ref, ImageConfig config, FailoverHttpClient http)
            throws IOException, RegistryException, ImageException {
        RegistryClient.Factory factory = RegistryClient.factory(EventHandlers.NONE, server, ref.repository(), http)
                .setUserAgent("sandlot");
        Optional<Credential> credential = credential(server, ref, config);
        credential.ifPresent(factory::setCredential);
        RegistryClient client = factory.newRegistryClient();
        if (!client.doPullBearerAuth() && credential.isPresent()) {
            client.configureBasicAuth();
        }
        return client;
    }

    private static Optional<Credential> credential(String server, ImageRef ref, ImageConfig config)
            throws IOException, ImageException {
        if (config.credentials().isEmpty()) {
            return Optional.empty();
        }
        try {
            return CredentialRetrieverFactory.forImage(
                            ImageReference.of(server, ref.repository(), null),
                            event -> LOG.log(Level.FINE, "{0}", event.getMessage()))
                    .dockerConfig(config.credentials().get())
                    .retrieve();
        } catch (CredentialRetrievalException unreadable) {
            throw new ImageException("The credentials of registries can't be read", unreadable);
        }
    }

    private static ImageException refused(ImageRef ref, RegistryException refused) {
        return refused instanceof RegistryUnauthorizedException
                ? new ImageException("The registry does not let this server have the image " + ref, refused)
                : new ImageException(
                        "The registry does not have the image " + ref + ", or not in a form known here", refused);
    }

    /** The manifest for Linux on this machine's kind of processor. */
    ImageManifest manifest(ImageRef ref) throws IOException, ImageException {
        try {
            ManifestAndDigest<ManifestTemplate> found = client.pullManifest(ref.qualifier());
            if (found.getManifest() instanceof ManifestListTemplate list) {
                requireDigest(ref.digest().orElse(null), found);
                String digest = list.getDigestsForPlatform(architecture(), "linux").stream()
                        .findFirst()
                        .orElseThrow(() ->
                                new ImageException("The image " + ref + " is not made for linux on " + architecture()));
                found = client.pullManifest(digest);
                return read(ref, requireDigest(digest, found));
            }
            return read(ref, requireDigest(ref.digest().orElse(null), found));
        } catch (RegistryException refused) {
            throw refused(ref, refused);
        }
    }

    private static ManifestAndDigest<ManifestTemplate> requireDigest(
            @Nullable String wanted, ManifestAndDigest<ManifestTemplate> found) throws ImageException {
        if (wanted != null && !wanted.equals(found.getDigest().toString())) {
            throw new ImageException("The registry answered with another image than that of digest " + wanted);
        }
        return found;
    }

    private static ImageManifest read(ImageRef ref, ManifestAndDigest<ManifestTemplate> found) throws ImageException {
        if (!(found.getManifest() instanceof BuildableManifestTemplate manifest)
                || manifest.getContainerConfiguration() == null) {
            throw new ImageException("The manifest of the image " + ref + " is of a kind that is not known here");
        }
        try {
            List<ImageManifest.Blob> layers =
                    manifest.getLayers().stream().map(Registry::blob).toList();
            return new ImageManifest(found.getDigest().toString(), blob(manifest.getContainerConfiguration()), layers);
        } catch (IllegalArgumentException impossible) {
            throw new ImageException("The manifest of the image " + ref + " makes no sense", impossible);
        }
    }

    private static ImageManifest.Blob blob(ContentDescriptorTemplate descriptor) {
        return new ImageManifest.Blob(String.valueOf(descriptor.getDigest()), descriptor.getSize());
    }

    private static String architecture() {
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return switch (machine) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> machine;
        };
    }

    /** Writes a blob; fails when it is not what its digest says, or longer than it is said to be. */
    void fetch(ImageManifest.Blob blob, OutputStream to) throws IOException, ImageException {
        transport.beginBlob();
        try {
            client.pullBlob(DescriptorDigest.fromDigest(blob.digest()), size -> {}, sent -> {})
                    .writeTo(to);
        } catch (DigestException malformed) {
            throw new ImageException("The image's manifest names a digest that is none", malformed);
        } finally {
            transport.endBlob();
        }
    }

    @Override
    public void close() throws IOException {
        http.shutDown();
    }
}
