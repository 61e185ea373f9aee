package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketFolderTest {
    @TempDir
    private Path top;

    /** Lengths of the whole address, around what a socket's may have. */
    @ParameterizedTest
    @ValueSource(ints = {105, 106, 107, 108, 200})
    void aSocketIsReachedHoweverDeepItLies(int length) throws Exception {
        String name = UUID.randomUUID() + ".sock";
        int missing = length - top.toString().length() - 2 - name.length();
        Path folder = Files.createDirectory(top.resolve("x".repeat(missing)));
        SocketFolder sockets = SocketFolder.of(folder);
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(sockets.address(name)));

            assertThat(folder.resolve(name)).exists();
        } finally {
            sockets.close();
        }
    }
}
