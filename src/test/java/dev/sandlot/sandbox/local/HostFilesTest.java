package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a host's files sandboxes see, on hosts with secrets in all the usual places and in some unusual ones. */
class HostFilesTest {
    private static final String UNTOUCHED = "as it came\n";
    /** MD5 of that. */
    private static final String SUM = "702c3f46a855f76dbe6bf2a7b642c81d";

    @TempDir
    private Path root;

    @TempDir
    private Path folder;

    @BeforeEach
    void host() throws IOException {
        put("etc/services", UNTOUCHED);
        put("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000:Alice:/home/alice:/bin/bash\n");
        put("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
    }

    private void put(String name, String text) throws IOException {
        put(name, text, "rw-r--r--");
    }

    private void put(String name, String text, String mode) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private void packagesBrought(String... names) throws IOException {
        StringBuilder record = new StringBuilder("Package: any\nStatus: install ok installed\nConffiles:\n");
        for (String name : names) {
            record.append(" /").append(name).append(' ').append(SUM).append('\n');
        }
        put("var/lib/dpkg/status", record.append("Description: any\n").toString());
    }

    private Set<String> shown() throws IOException {
        return HostFiles.of(root).names();
    }

    @Test
    void whatPackagesBroughtIsShownAsLongAsItIsUntouched() throws Exception {
        put("etc/login.defs", "touched\n");
        put("etc/acme.conf", "password = hunter2\n");
        packagesBrought("etc/services", "etc/login.defs");

        assertThat(shown()).contains("etc/services").doesNotContain("etc/login.defs", "etc/acme.conf");
    }

    @Test
    void whatPackagesGenerateIsShownUnlessItTellsOfTheHost() throws Exception {
        put("etc/profile", "umask 022\n");
        put("etc/pam.d/common-auth", "auth required pam_ldap.so bind=alice\n");
        put("etc/ssl/certs/ca.pem", "-----BEGIN CERTIFICATE-----\n");
        put("etc/ssl/certs/mine.pem", "-----BEGIN PRIVATE KEY-----\n");
        packagesBrought();

        assertThat(shown())
                .contains("etc/profile", "etc/ssl/certs/ca.pem")
                .doesNotContain("etc/pam.d/common-auth", "etc/ssl/certs/mine.pem");
    }

    /** A name is bytes: one that the locale of this runtime can't say is laid down as it is. */
    @Test
    void namesThatAreNoTextKeepTheirBytes() throws Exception {
        put("etc/ssl/certs/ca.pem", "-----BEGIN CERTIFICATE-----\n");
        Path certificates = root.resolve("etc/ssl/certs");
        Process shell = new ProcessBuilder("sh", "-c", "mv ca.pem \"$(printf 'a\\377.pem')\"")
                .directory(certificates.toFile())
                .start();
        assertThat(shell.waitFor()).isZero();
        packagesBrought();

        HostFiles.of(root).writeTo(folder);

        assertThat(names(folder.resolve("etc/ssl/certs"))).isEqualTo(names(certificates));
    }

    private static List<Path> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::getFileName).toList();
        }
    }

    @Test
    void withoutARecordOfPackagesWhatTellsOfTheHostIsHeldBack() throws Exception {
        put("etc/app/plain", "colour = blue\n");
        put("etc/app/key", "-----BEGIN RSA PRIVATE KEY-----\n");
        put("etc/app/owner", "contact = alice@example.org\n");
        put("etc/app/id", "0123456789abcdef0123456789abcdef");

        assertThat(shown())
                .contains("etc/app/plain", "etc/services")
                .doesNotContain("etc/app/key", "etc/app/owner", "etc/app/id");
    }

    @Test
    void whatNotEverybodyMayReadIsNotShownWhateverItIs() throws Exception {
        put("etc/secret", "s", "rw-r-----");
        put("etc/private/file", UNTOUCHED);
        Files.setPosixFilePermissions(root.resolve("etc/private"), PosixFilePermissions.fromString("rwx------"));
        packagesBrought("etc/services", "etc/private/file");

        assertThat(shown()).doesNotContain("etc/secret", "etc/private/file");
    }

    @Test
    void whoMayLogInAndWhatTheHostIsCalledIsMadeUp() throws Exception {
        for (String name :
                new String[] {"shadow", "hostname", "hosts", "resolv.conf", "ssh/ssh_host_rsa_key.pub", "fstab"}) {
            put("etc/" + name, UNTOUCHED);
        }
        packagesBrought("etc/hostname", "etc/hosts", "etc/resolv.conf", "etc/ssh/ssh_host_rsa_key.pub", "etc/fstab");

        HostFiles files = HostFiles.of(root);
        files.writeTo(folder);

        assertThat(files.names())
                .doesNotContain(
                        "etc/hostname",
                        "etc/hosts",
                        "etc/resolv.conf",
                        "etc/ssh/ssh_host_rsa_key.pub",
                        "etc/fstab",
                        "etc/machine-id");
        assertThat(folder.resolve("etc/passwd")).content().contains("root:x:0:").doesNotContain("alice");
        assertThat(folder.resolve("etc/shadow")).content().doesNotContain(UNTOUCHED);
    }

    @Test
    void linksLeadToProgramsAndNowhereElse() throws Exception {
        Files.createSymbolicLink(root.resolve("etc/os-release"), Path.of("../usr/lib/os-release"));
        Files.createSymbolicLink(root.resolve("etc/mtab"), Path.of("/proc/mounts"));
        Files.createSymbolicLink(root.resolve("etc/site"), Path.of("/srv/acme/site"));
        Files.createSymbolicLink(root.resolve("etc/up"), Path.of("../../../home/alice"));

        HostFiles files = HostFiles.of(root);
        files.writeTo(folder);

        assertThat(files.names()).contains("etc/os-release", "etc/mtab").doesNotContain("etc/site", "etc/up");
        assertThat(Files.exists(folder.resolve("etc/os-release"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }

    @Test
    void theSameFilesHaveTheSameName() throws Exception {
        String before = HostFiles.of(root).digest();
        assertThat(HostFiles.of(root).digest()).isEqualTo(before);

        put("etc/services", "more\n");

        assertThat(HostFiles.of(root).digest()).isNotEqualTo(before);
    }
}
