package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostDevicesTest {
    @TempDir
    private Path folder;

    private void make(String name, String mode) throws IOException {
        Path device = Files.createFile(folder.resolve(name));
        Files.setPosixFilePermissions(device, PosixFilePermissions.fromString(mode));
    }

    @Test
    void thoseThatAreOpenToEverybodyAreGood() throws Exception {
        make("null", "rw-rw-rw-");
        make("urandom", "r--r--r--");

        assertThatCode(() -> HostDevices.require(folder)).doesNotThrowAnyException();
    }

    @Test
    void aNullThatNotEverybodyWritesToIsTold() throws Exception {
        make("null", "rwxr-xr-x");

        assertThatThrownBy(() -> HostDevices.require(folder))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("null is not open to everybody (rwxr-xr-x); chmod 666 " + folder.resolve("null"));
    }

    @Test
    void oneThatNotEverybodyReadsIsTold() throws Exception {
        make("null", "rw-rw-rw-");
        make("random", "rw-rw----");

        assertThatThrownBy(() -> HostDevices.require(folder)).hasMessageContaining("random is not open to everybody");
    }
}
