package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.sandbox.SandboxId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The server's own control groups, as this host has them. */
class CgroupLayoutIT {
    private static List<Path> folders(CgroupLayout layout) {
        return Stream.concat(layout.version2().stream(), layout.version1().values().stream())
                .toList();
    }

    @Test
    void aProcessThatIsAboutToEndDoesNotKeepTheFolders() throws Exception {
        CgroupLayout layout = CgroupHost.read()
                .layout("sandlot-test" + ProcessHandle.current().pid());
        Process ending = new ProcessBuilder("sleep", "0.3").start();
        // A version 2 group that hands controllers down takes no process (cgroups(7)).
        for (Path folder : layout.version2Controllers().isEmpty()
                ? folders(layout)
                : List.copyOf(layout.version1().values())) {
            Files.writeString(folder.resolve("cgroup.procs"), Long.toString(ending.pid()));
        }

        layout.removeAll();

        assertThat(folders(layout)).isNotEmpty().noneMatch(Files::exists);
    }

    @Test
    void whoIsAboutToEndInASandboxDoesNotKeepItsFolders() throws Exception {
        CgroupLayout layout = CgroupHost.read()
                .layout("sandlot-ending" + ProcessHandle.current().pid());
        SandboxId sandbox = new SandboxId(UUID.randomUUID());
        Process ending = new ProcessBuilder("sleep", "0.3").start();
        for (Path folder : folders(layout)) {
            Path command = folder.resolve(sandbox.toString()).resolve("command");
            Files.createDirectories(command);
            Files.writeString(command.resolve("cgroup.procs"), Long.toString(ending.pid()));
        }

        assertThat(layout.remove(sandbox)).isTrue();

        layout.removeAll();
        assertThat(folders(layout)).isNotEmpty().noneMatch(Files::exists);
    }

    @Test
    void whatStillHoldsASandboxStays() throws IOException {
        CgroupLayout layout = CgroupHost.read()
                .layout("sandlot-kept" + ProcessHandle.current().pid());
        for (Path folder : folders(layout)) {
            Files.createDirectory(folder.resolve("living"));
        }

        layout.removeAll();

        assertThat(folders(layout)).isNotEmpty().allMatch(Files::exists);
        for (Path folder : folders(layout)) {
            Files.delete(folder.resolve("living"));
        }
        layout.removeAll();
        assertThat(folders(layout)).noneMatch(Files::exists);
    }
}
