package dev.sandlot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.sandbox.FileCourier.Draft;
import dev.sandlot.sandbox.FileCourier.Listing;
import dev.sandlot.sandbox.FileCourier.Member;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Escape by way of files: trees that lie, and what a courier itself would show. */
@Tag("escape")
public abstract class FileEscapeSuite extends SandboxSuite {
    private FileCourier courier() throws SandboxException, FileException {
        return backend.courier(sandbox, Optional.empty(), PATIENCE);
    }

    private static SandboxPath path(String text) {
        return SandboxPath.of(text);
    }

    private static String read(FileCourier courier, SandboxPath path) throws FileException, IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        courier.read(0, courier.open(path).size(), read);
        return read.toString(StandardCharsets.UTF_8);
    }

    /** Its own program, memory and places are those of the keeper, whose they must not show. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/proc/self/exe",
                "/proc/self/maps",
                "/proc/self/mem",
                "/proc/self/environ",
                "/proc/self/mountinfo",
                "/proc/self/root/etc/passwd",
                "/proc/self/cwd/own",
                "/proc/thread-self/exe",
                "/proc/self/fd/0",
                "/proc/1/root/etc/passwd",
                "link",
                "folder/exe",
                "via/self/environ",
            })
    void whatTheKernelSaysOfTheCourierIsNoFile(String path) throws Exception {
        run("echo own > own; ln -s /proc/self/exe link; ln -s /proc/self folder; ln -s /proc via");
        try (FileCourier courier = courier()) {
            assertThatThrownBy(() -> courier.open(path(path))).isInstanceOf(FileException.class);
            assertThatThrownBy(() -> courier.stat(path(path), false)).isInstanceOf(FileException.class);
            assertThatThrownBy(() -> courier.write(
                            new Draft(path(path), OptionalInt.empty(), false, Optional.empty(), 0), to -> to.write(1)))
                    .isInstanceOf(FileException.class);
        }
    }

    @Test
    void whereItsLinksLeadIsNotTold() throws Exception {
        try (FileCourier courier = courier()) {
            assertThatThrownBy(() -> courier.stat(path("/proc/self/exe"), true)).isInstanceOf(FileException.class);
            assertThatThrownBy(() -> courier.list(new Listing(path("/proc/self"), 1, 100, Optional.empty())))
                    .isInstanceOf(FileException.class);
            assertThat(courier.list(new Listing(path("/"), 2, 10_000, Optional.empty()))
                            .entries())
                    .extracting(entry -> entry.path().text())
                    .contains("proc")
                    .noneMatch(found -> found.startsWith("proc/"));
        }
    }

    /**
     * It is a fork of the keeper, as PID 1 is: all of these are called so, and their one argument is that word. A command
     * reads no more of any.
     */
    @Test
    void aCourierShowsNothingOfTheHost() throws Exception {
        try (FileCourier courier = courier()) {
            courier.stat(path("/"), false);

            assertThat(run("for p in /proc/[0-9]*; do [ $p = /proc/$$ ] || tr -d '\\0' < $p/cmdline; done 2>/dev/null")
                            .output())
                    .doesNotContain("/", "sandlot");
            assumeHostsKernel("gVisor's processes are looked at otherwise");
            String each = "for f in $(grep -l ^keeper /proc/[0-9]*/cmdline); do p=${f%/cmdline}; ";
            assertThat(run(each + "echo $p; done | wc -l").output())
                    .as("PID 1, the courier, and who is between some keepers and a command")
                    .isIn("2\n", "3\n");
            assertThat(run("(" + each + "cat $p/environ $p/maps $p/mem $p/auxv $p/stack; ls $p/cwd/ $p/root/;"
                                    + " readlink $p/exe $p/cwd $p/root $p/fd/*; done) 2>/dev/null | wc -c")
                            .output())
                    .isEqualTo("0\n");
        }
    }

    /** The folder is now its own, now a link to the kernel's own or to another: what is read is never theirs. */
    @Test
    void linksThatAreSwappedLeadNowhere() throws Exception {
        run("mkdir real; echo good > real/environ; mkdir other; echo bad > other/environ; ln -s real way;"
                + " (while :; do ln -sfn /proc/self way; ln -sfn real way; done) >/dev/null 2>&1 &");
        int good = 0;
        for (int i = 0; i < 400; i++) {
            try (FileCourier courier = courier()) {
                for (int again = 0; again < 20; again++) {
                    assertThat(read(courier, path("way/environ"))).isEqualTo("good\n");
                    good++;
                }
            } catch (FileException refused) {
                assertThat(refused.reason()).isNotEqualTo(FileException.Reason.BROKEN);
            }
        }
        assertThat(good).isPositive();
    }

    @Test
    void aTreeThatIsSwappedIsFetchedWithoutItsLinks() throws Exception {
        run("mkdir -p tree/a elsewhere; echo inside > tree/a/f; echo outside > elsewhere/f;"
                + " (while :; do mv tree/a tree/b; ln -s ../elsewhere tree/a; rm tree/a; mv tree/b tree/a; done)"
                + " >/dev/null 2>&1 &");
        for (int i = 0; i < 100; i++) {
            List<String> contents = new ArrayList<>();
            try (FileCourier courier = courier()) {
                courier.fetch(
                        path("tree"),
                        (entry, bytes) -> contents.add(new String(bytes.readAllBytes(), StandardCharsets.UTF_8)));
            }
            assertThat(contents).doesNotContain("outside\n");
        }
    }

    @Test
    void membersAreNeverPutThroughLinks() throws Exception {
        run("mkdir -p target elsewhere; ln -s ../elsewhere target/way; ln -s ../elsewhere/file target/file");
        try (FileCourier courier = courier()) {
            courier.begin(path("target"));
            courier.put(new Member.Link(path("mine"), path("../elsewhere")));
            courier.put(new Member.File(path("file"), 0644, 1, to -> to.write('x')));
            courier.sync();
            courier.put(new Member.File(path("way/new"), 0644, 1, to -> to.write('x')));
            assertThatThrownBy(courier::sync).isInstanceOf(FileException.class);
        }
        for (String way :
                List.of("mine/new", "../elsewhere/new", "/workspace/elsewhere/new", "a/../../elsewhere/new")) {
            try (FileCourier courier = courier()) {
                courier.begin(path("target"));
                courier.put(new Member.File(path(way), 0644, 1, to -> to.write('x')));
                assertThatThrownBy(courier::sync).as(way).isInstanceOf(FileException.class);
            }
        }
        assertThat(run("ls elsewhere | wc -l; cat target/file").output()).isEqualTo("0\nx");
    }

    @Test
    void pipesSocketsAndDevicesAreNotWaitedFor() throws Exception {
        run("mkdir odd; mkfifo odd/pipe; ln -s pipe odd/link; echo x > odd/file; ln -s /dev/zero odd/zero");
        List<String> found = new ArrayList<>();
        try (FileCourier courier = courier()) {
            courier.fetch(path("odd"), (entry, bytes) -> found.add(entry.path().text()));
        }
        try (FileCourier courier = courier()) {
            for (String one : List.of("odd/pipe", "odd/link", "odd/zero")) {
                assertThatThrownBy(() -> courier.open(path(one))).isInstanceOf(FileException.class);
                assertThatThrownBy(() -> courier.append(path(one), 0, to -> {})).isInstanceOf(FileException.class);
            }
        }
        assertThat(found).containsExactlyInAnyOrder("link", "file", "zero");
    }

    @Test
    void aHugeFileOfNothingIsToldAndReadInParts() throws Exception {
        run("truncate -s 60G huge || dd if=/dev/zero of=huge bs=1 count=0 seek=60G");
        try (FileCourier courier = courier()) {
            long size = courier.open(path("huge")).size();
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            courier.read(size - 5, 5, read);

            assertThat(size).isEqualTo(60L << 30);
            assertThat(read.toByteArray()).isEqualTo(new byte[5]);
            assertThatThrownBy(() -> courier.read(size, 1, OutputStream.nullOutputStream()))
                    .isInstanceOfSatisfying(
                            FileException.class,
                            shorter -> assertThat(shorter.reason()).isEqualTo(FileException.Reason.CHANGED));
        }
    }

    @Test
    void namesThatAreNoTextAreNamesAllTheSame() throws Exception {
        run("mkdir odd; cd odd; echo latin > \"$(printf 'caf\\351')\"; echo line > \"$(printf 'a\\nb\\033[2J')\"");
        SandboxPath latin = new SandboxPath("odd/caf\u00e9");
        try (FileCourier courier = courier()) {
            assertThat(courier.list(new Listing(path("odd"), 1, 10, Optional.empty()))
                            .entries())
                    .extracting(FileEntry::path)
                    .containsExactly(path("a\nb\033[2J"), new SandboxPath("caf\u00e9"));
            assertThat(read(courier, latin)).isEqualTo("latin\n");
            courier.remove(latin, false);
        }
        assertThat(run("ls odd | wc -l").output()).isEqualTo("2\n");
    }

    @Test
    void manyEntriesAreListedAPageAtATime() throws Exception {
        run("mkdir many; cd many; i=0; while [ $i -lt 3000 ]; do : > $i; i=$((i+1)); done");
        try (FileCourier courier = courier()) {
            int count = 0;
            Optional<SandboxPath> after = Optional.empty();
            do {
                FileCourier.Page page = courier.list(new Listing(path("many"), 1, 700, after));
                assertThat(page.entries()).hasSizeLessThanOrEqualTo(700);
                count += page.entries().size();
                after = page.next();
            } while (after.isPresent());

            assertThat(count).isEqualTo(3000);
        }
    }

    @Test
    void aTreeThatIsTooDeepIsRefusedAndLeftAlone() throws Exception {
        run("i=0; while [ $i -lt 300 ]; do mkdir d; cd -P d 2>/dev/null || exit; i=$((i+1)); done");
        try (FileCourier courier = courier()) {
            assertThatThrownBy(() -> courier.remove(path("d"), true))
                    .isInstanceOfSatisfying(
                            FileException.class,
                            deep -> assertThat(deep.reason()).isEqualTo(FileException.Reason.TOO_LARGE));
        }
    }

    @Test
    void whoIsKilledTakesNobodyAlong() throws Exception {
        assumeHostsKernel("gVisor lets commands kill PID 1: the sandbox ends");
        try (FileCourier courier = courier()) {
            courier.stat(path("/"), false);
            run("kill -9 -1");

            assertThatThrownBy(() -> courier.stat(path("/"), false)).isInstanceOf(IOException.class);
        }
        try (FileCourier courier = courier()) {
            assertThat(courier.stat(path("/"), false).kind()).isEqualTo(FileEntry.Kind.DIRECTORY);
        }
    }
}
