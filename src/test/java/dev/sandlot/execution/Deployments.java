package dev.sandlot.execution;

import java.io.File;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** What the tests in the container deploy: the packaged application with the tests' own classes in it. */
final class Deployments {
    private Deployments() {}

    static WebArchive application(Class<?>... tests) {
        return ShrinkWrap.create(ZipImporter.class, "sandlot-it.war")
                .importFrom(new File(System.getProperty("sandlot.war")))
                .as(WebArchive.class)
                .addClasses(tests);
    }
}
