package dev.sandlot.execution;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** What the tests in the container deploy: the packaged application with the tests' own classes in it. */
final class Deployments {
    private static final String DESCRIPTOR = "WEB-INF/web.xml";
    /** By this the application takes no part of itself from libraries; Arquillian's servlet comes as one. */
    private static final String NO_FRAGMENTS = "<absolute-ordering/>";

    private Deployments() {}

    static WebArchive application(Class<?>... tests) {
        WebArchive application = ShrinkWrap.create(ZipImporter.class, "sandlot-it.war")
                .importFrom(new File(System.getProperty("sandlot.war")))
                .as(WebArchive.class)
                .addClasses(tests);
        return application.add(new StringAsset(withFragments(application)), DESCRIPTOR);
    }

    private static String withFragments(WebArchive application) {
        try (InputStream descriptor = application.get(DESCRIPTOR).getAsset().openStream()) {
            return new String(descriptor.readAllBytes(), StandardCharsets.UTF_8).replace(NO_FRAGMENTS, "");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
