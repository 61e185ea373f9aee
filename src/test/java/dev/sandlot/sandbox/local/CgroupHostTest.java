package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host by what it says in /proc, with folders in place of its hierarchies. */
class CgroupHostTest {
    @TempDir
    private Path hierarchies;

    /** A line of mountinfo; {@code root}: what of the hierarchy is mounted. */
    private String mount(String root, String name, String type, String options) {
        return "30 25 0:26 " + root + " " + hierarchies.resolve(name) + " rw,nosuid shared:9 - " + type + " none "
                + options;
    }

    @Test
    void version1HasAFolderForEachController() throws IOException {
        CgroupHost host = new CgroupHost(
                List.of(
                        mount("/", "memory", "cgroup", "rw,memory"),
                        mount("/", "cpu,cpuacct", "cgroup", "rw,cpu,cpuacct"),
                        mount("/", "freezer", "cgroup", "rw,freezer")),
                List.of("3:memory:/system/sandlot", "2:cpu,cpuacct:/", "1:freezer:/", "0::/"));

        CgroupLayout layout = host.layout("mine");

        assertThat(layout.version1())
                .isEqualTo(Map.of(
                        "memory", hierarchies.resolve("memory/system/sandlot/mine"),
                        "cpu", hierarchies.resolve("cpu,cpuacct/mine")));
        assertThat(layout.version1().values()).allMatch(Files::isDirectory);
        assertThat(layout.version2()).isEmpty();
        assertThat(layout.limits("memory")).isTrue();
        assertThat(layout.limits("pids")).isFalse();
    }

    @Test
    void version2HandsItsControllersDown() throws IOException {
        CgroupHost host =
                new CgroupHost(List.of(mount("/", "unified", "cgroup2", "rw")), List.of("0::/user.slice/sandlot"));

        CgroupLayout layout = host.layout("mine");

        Path own = hierarchies.resolve("unified/user.slice/sandlot");
        assertThat(layout.version2()).contains(own.resolve("mine"));
        assertThat(layout.version2Controllers()).containsExactlyInAnyOrder("memory", "pids", "cpu");
        assertThat(own.resolve("cgroup.subtree_control")).exists();
        assertThat(own.resolve("mine/cgroup.subtree_control")).exists();
    }

    @Test
    void whatVersion1LimitsVersion2DoesNot() {
        CgroupHost host = new CgroupHost(
                List.of(mount("/", "memory", "cgroup", "rw,memory"), mount("/", "unified", "cgroup2", "rw")),
                List.of("3:memory:/", "0::/"));

        CgroupLayout layout = host.layout("mine");

        assertThat(layout.version1()).containsOnlyKeys("memory");
        assertThat(layout.version2Controllers()).containsExactlyInAnyOrder("pids", "cpu");
    }

    /** In a container the hierarchy is mounted from the container's group on, by which the group is named too. */
    @Test
    void aContainerSeesItsOwnPartOfAHierarchy() {
        CgroupHost host = new CgroupHost(
                List.of(mount("/docker/1f", "memory", "cgroup", "rw,memory")), List.of("3:memory:/docker/1f/inner"));

        assertThat(host.layout("mine").version1())
                .isEqualTo(Map.of("memory", hierarchies.resolve("memory/inner/mine")));
    }

    /** Processes are in its way: they move into a leaf first (cgroups(7)). */
    @Test
    void whatCanNotBeHandedDownIsNotLimited() throws IOException {
        Path own = Files.createDirectories(hierarchies.resolve("unified/own"));
        Files.createDirectory(own.resolve("cgroup.subtree_control"));
        Files.createFile(own.resolve("cgroup.type"));
        Files.writeString(own.resolve("cgroup.procs"), "17\n");
        CgroupHost host = new CgroupHost(List.of(mount("/", "unified", "cgroup2", "rw")), List.of("0::/own"));

        CgroupLayout layout = host.layout("mine");

        assertThat(layout.version2()).isPresent();
        assertThat(layout.version2Controllers()).isEmpty();
        assertThat(own.resolve("sandlot-server/cgroup.procs")).hasContent("17");
    }

    /** Where a service manager starts the server in the leaf, its group is the one around that, at each start. */
    @Test
    void aServerInTheLeafHasTheGroupAroundIt() {
        CgroupHost host = new CgroupHost(
                List.of(mount("/", "unified", "cgroup2", "rw")), List.of("0::/system.slice/s.service/sandlot-server"));

        assertThat(host.layout("mine").version2()).contains(hierarchies.resolve("unified/system.slice/s.service/mine"));
    }

    @Test
    void anotherGroupThanItsOwnIsTakenWhereItIsNamed() throws IOException {
        Path other = Files.createDirectories(hierarchies.resolve("unified/sandboxes"));
        CgroupHost host = new CgroupHost(
                List.of(mount("/", "memory", "cgroup", "rw,memory"), mount("/", "unified", "cgroup2", "rw")),
                List.of("3:memory:/own", "0::/own"));

        CgroupLayout layout = host.within("/sandboxes").layout("mine");

        assertThat(layout.version2()).contains(other.resolve("mine"));
        assertThat(layout.version1()).isEqualTo(Map.of("memory", hierarchies.resolve("memory/own/mine")));
        assertThatIOException()
                .isThrownBy(() -> host.within("/nowhere"))
                .withMessage("SANDLOT_CGROUP must be a control group that is there and in which the server may make"
                        + " others, but is /nowhere");
        assertThat(hierarchies.resolve("unified/nowhere")).doesNotExist();
    }

    @Test
    void aHostWithoutAnyHasNone() {
        CgroupLayout layout = new CgroupHost(List.of(), List.of()).layout("mine");

        assertThat(layout.version1()).isEmpty();
        assertThat(layout.version2()).isEmpty();
        assertThat(layout.version2Controllers()).isEmpty();
    }
}
