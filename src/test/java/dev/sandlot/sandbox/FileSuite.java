package dev.sandlot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandlot.sandbox.FileCourier.Content;
import dev.sandlot.sandbox.FileCourier.Draft;
import dev.sandlot.sandbox.FileCourier.Listing;
import dev.sandlot.sandbox.FileCourier.Member;
import dev.sandlot.sandbox.FileCourier.Page;
import dev.sandlot.sandbox.FileException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files in and out of a sandbox, by nobody's programs. */
@Tag("conformance")
public abstract class FileSuite extends SandboxSuite {
    private FileCourier courier() throws SandboxException, FileException {
        return backend.courier(sandbox, Optional.empty(), PATIENCE);
    }

    private static SandboxPath path(String text) {
        return SandboxPath.of(text);
    }

    private static Draft draft(String path) {
        return new Draft(path(path), OptionalInt.empty(), false, Optional.empty(), 0);
    }

    private static Content content(String text) {
        return to -> to.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private FileEntry write(Draft draft, Content content) throws Exception {
        try (FileCourier courier = courier()) {
            return courier.write(draft, content);
        }
    }

    private byte[] read(String path) throws Exception {
        try (FileCourier courier = courier()) {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            courier.read(0, courier.open(path(path)).size(), read);
            return read.toByteArray();
        }
    }

    private static void refuses(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FileException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    @Test
    void aFileGoesInAndComesBackAsItWas() throws Exception {
        byte[] sent = new byte[3_000_001];
        new Random(2).nextBytes(sent);

        FileEntry written = write(draft("/workspace/new/folders/file"), to -> to.write(sent));

        assertThat(written.made()).isTrue();
        assertThat(written.kind()).isEqualTo(FileEntry.Kind.FILE);
        assertThat(written.permissions()).isEqualTo(0644);
        assertThat(read("new/folders/file")).isEqualTo(sent);
        assertThat(run("wc -c < /workspace/new/folders/file").output().strip()).isEqualTo("3000001");
        try (FileCourier courier = courier()) {
            ByteArrayOutputStream part = new ByteArrayOutputStream();
            assertThat(courier.open(path("/workspace/new/folders/file")).etag()).isEqualTo(written.etag());
            courier.read(2_999_990, 11, part);
            assertThat(part.toByteArray()).isEqualTo(java.util.Arrays.copyOfRange(sent, 2_999_990, 3_000_001));
        }
    }

    @Test
    void aReplacedFileKeepsItsModeAndChangesItsMark() throws Exception {
        run("echo old > kept; chmod 750 kept; ln -s kept link");
        FileEntry old = write(draft("kept"), content("older"));

        FileEntry written = write(draft("/workspace/link"), content("new"));

        assertThat(written.made()).isFalse();
        assertThat(written.permissions()).isEqualTo(0750);
        assertThat(written.etag()).isNotEqualTo(old.etag());
        assertThat(run("cat kept; test -L link && echo link").output()).isEqualTo("newlink\n");
        assertThat(write(new Draft(path("kept"), OptionalInt.of(0600), false, Optional.empty(), 0), content("x"))
                        .permissions())
                .isEqualTo(0600);
    }

    @Test
    void whatBreaksOffLeavesTheOldFileAndNothingElse() throws Exception {
        run("mkdir alone; echo old > alone/file");

        assertThatThrownBy(() -> write(draft("alone/file"), to -> {
                    to.write(new byte[100_000]);
                    throw new IOException("the client is gone");
                }))
                .isInstanceOf(IOException.class);

        assertThat(
                        run("until [ \"$(echo alone/.[!.]* alone/*)\" = 'alone/.[!.]* alone/file' ]; do :; done; cat alone/file")
                                .output())
                .isEqualTo("old\n");
    }

    @Test
    void aMemberThatBreaksOffLeavesTheOldFileAndNothingElse() throws Exception {
        run("mkdir alone; echo old > alone/file");

        try (FileCourier courier = courier()) {
            courier.begin(path("alone"));
            courier.put(new Member.File(path("whole"), 0644, 1, content("whole")));
            assertThatThrownBy(() -> courier.put(new Member.File(path("file"), 0644, 1, to -> {
                        to.write(new byte[100_000]);
                        throw new IOException("the client is gone");
                    })))
                    .isInstanceOf(IOException.class);
        }

        assertThat(
                        run("until [ \"$(echo alone/.[!.]* alone/*)\" = 'alone/.[!.]* alone/file alone/whole' ]; do :; done; cat alone/*")
                                .output())
                .isEqualTo("old\nwhole");
    }

    @Test
    void conditionsAreHeld() throws Exception {
        FileEntry first = write(draft("one"), content("1"));
        Optional<String> mark = Optional.of(first.etag());

        refuses(
                Reason.EXISTS,
                () -> write(new Draft(path("one"), OptionalInt.empty(), true, Optional.empty(), 0), content("2")));
        FileEntry second = write(new Draft(path("one"), OptionalInt.empty(), false, mark, 0), content("3"));
        refuses(Reason.CHANGED, () -> write(new Draft(path("one"), OptionalInt.empty(), false, mark, 0), content("4")));
        refuses(
                Reason.CHANGED,
                () -> write(new Draft(path("none"), OptionalInt.empty(), false, mark, 0), content("5")));
        try (FileCourier courier = courier()) {
            assertThat(courier.append(path("one"), second.size(), content("more"))
                            .size())
                    .isEqualTo(5);
            refuses(Reason.CHANGED, () -> courier.append(path("one"), 1, content("no")));
        }
        assertThat(run("cat one").output()).isEqualTo("3more");
    }

    @ParameterizedTest
    @CsvSource({
        "none, NOT_FOUND",
        "folder, IS_DIRECTORY",
        "file/below, NOT_A_DIRECTORY",
        "pipe, NOT_A_FILE",
        "/dev/zero, NOT_A_FILE",
        "round, INVALID_PATH",
        "nowhere, NOT_FOUND",
    })
    void whatIsNoFileIsNotRead(String path, Reason reason) throws Exception {
        run("mkdir folder; echo x > file; mkfifo pipe; ln -s round round; ln -s gone nowhere");

        refuses(reason, () -> read(path));
    }

    @ParameterizedTest
    @CsvSource({
        "folder, IS_DIRECTORY",
        "/, IS_DIRECTORY",
        "file/below, NOT_A_DIRECTORY",
        "pipe, NOT_A_FILE",
        "round, INVALID_PATH"
    })
    void whatIsNoFileIsNotWritten(String path, Reason reason) throws Exception {
        run("mkdir folder; echo x > file; mkfifo pipe; ln -s round round");

        refuses(reason, () -> write(draft(path), content("y")));
    }

    @Test
    void aFolderIsListedInPages() throws Exception {
        run(
                "mkdir -p many/deep; for i in $(seq 10 34); do echo $i > many/$i; done; ln -s 10 many/link; : > many/deep/x");
        try (FileCourier courier = courier()) {
            Page first = courier.list(new Listing(path("many"), 1, 10, Optional.empty()));
            Page second = courier.list(new Listing(path("many"), 1, 10, first.next()));
            Page third = courier.list(new Listing(path("many"), 1, 10, second.next()));
            Page deep = courier.list(new Listing(path("many"), 2, 100, Optional.of(path("34"))));

            assertThat(first.entries())
                    .extracting(entry -> entry.path().text())
                    .startsWith("10", "11")
                    .hasSize(10);
            assertThat(second.entries()).hasSize(10);
            assertThat(third.entries())
                    .extracting(entry -> entry.path().text())
                    .containsExactly("30", "31", "32", "33", "34", "deep", "link");
            assertThat(third.next()).isEmpty();
            assertThat(third.entries().get(6).target()).contains(path("10"));
            assertThat(deep.entries())
                    .extracting(entry -> entry.path().text())
                    .containsExactly("deep", "deep/x", "link");
            refuses(Reason.NOT_A_DIRECTORY, () -> courier.list(new Listing(path("many/10"), 1, 1, Optional.empty())));
        }
    }

    @Test
    void foldersAreMadeMovedAndRemoved() throws Exception {
        try (FileCourier courier = courier()) {
            assertThat(courier.makeFolder(path("a/b/c"), OptionalInt.of(0700)).made())
                    .isTrue();
            assertThat(courier.makeFolder(path("a/b/c"), OptionalInt.empty()).made())
                    .isFalse();
            run("echo 1 > a/one; echo 2 > a/two; mkdir -p full/of/things; echo x > full/of/things/x");
            refuses(Reason.EXISTS, () -> courier.move(path("a/one"), path("a/two"), false));
        }
        try (FileCourier courier = courier()) {
            assertThat(courier.move(path("a/one"), path("a/two"), true).path()).isEqualTo(path("a/two"));
            assertThat(courier.move(path("a/two"), path("new/place"), false).size())
                    .isEqualTo(2);
            refuses(Reason.NOT_FOUND, () -> courier.move(path("a/one"), path("other/place"), false));
            refuses(Reason.NOT_EMPTY, () -> courier.remove(path("full"), false));
            courier.remove(path("full"), true);
            courier.remove(path("new/place"), false);
            refuses(Reason.NOT_FOUND, () -> courier.remove(path("new/place"), false));
            assertThat(courier.stat(path("/workspace/a/b/c"), false).permissions())
                    .isEqualTo(0700);
        }
        assertThat(run("ls").output()).isEqualTo("a\nnew\n");
    }

    @Test
    void aTreeGoesInAndComesBack() throws Exception {
        try (FileCourier courier = courier()) {
            courier.begin(path("tree"));
            courier.put(new Member.Folder(path("sub"), 0500));
            courier.put(new Member.File(path("sub/deep/file"), 0640, 1_000_000_000, content("hello")));
            courier.put(new Member.File(path("empty"), 0755, 1, content("")));
            courier.put(new Member.Link(path("link"), path("/no/where")));
            courier.put(new Member.Name(path("name"), path("sub/deep/file")));
            courier.sync();
        }
        Map<String, String> found = new TreeMap<>();
        try (FileCourier courier = courier()) {
            courier.fetch(
                    path("tree"),
                    (entry, bytes) -> found.put(
                            entry.path().text(),
                            entry.kind() + " " + Integer.toOctalString(entry.permissions()) + " "
                                    + entry.target().map(SandboxPath::text).orElse("")
                                    + new String(bytes.readAllBytes(), StandardCharsets.UTF_8)));
        }

        assertThat(found)
                .containsEntry("sub", "DIRECTORY 700 ")
                .containsEntry("sub/deep", "DIRECTORY 755 ")
                .containsEntry("sub/deep/file", "FILE 640 hello")
                .containsEntry("name", "FILE 640 hello")
                .containsEntry("empty", "FILE 755 ")
                .containsEntry("link", "SYMLINK 777 /no/where")
                .hasSize(6);
        assertThat(run("date -u -r tree/name +%s").output()).isEqualTo("1000000000\n");
    }

    @Test
    void theFirstMemberThatFailsIsTold() throws Exception {
        run("mkdir -p tree/taken");
        try (FileCourier courier = courier()) {
            courier.begin(path("tree"));
            courier.put(new Member.File(path("good"), 0644, 1, content("x")));
            courier.put(new Member.File(path("taken"), 0644, 1, to -> to.write(new byte[200_000])));
            courier.put(new Member.File(path("late"), 0644, 1, content("x")));

            assertThatThrownBy(courier::sync).isInstanceOfSatisfying(FileException.class, refused -> {
                assertThat(refused.reason()).isEqualTo(Reason.IS_DIRECTORY);
                assertThat(refused.place()).isEqualTo("taken");
            });
        }
        assertThat(run("echo tree/* tree/.[!.]*").output()).isEqualTo("tree/good tree/taken tree/.[!.]*\n");
    }

    @Test
    void aFullDiskIsToldAndTheOldFileStays() throws Exception {
        run("echo old > file");
        refuses(
                Reason.NO_SPACE,
                () -> write(new Draft(path("file"), OptionalInt.empty(), false, Optional.empty(), 1L << 40), to -> {
                    throw new AssertionError("nobody asks for what has no room");
                }));
        refuses(
                Reason.NO_SPACE,
                () -> write(draft("file"), to -> {
                    byte[] piece = new byte[1 << 20];
                    for (int i = 0; i < 128; i++) {
                        to.write(piece);
                    }
                }));

        assertThat(run("cat file; ls -A | wc -l").output()).isEqualTo("old\n1\n");
    }

    @Test
    void whoFindsNoSpaceIsToldHowMuchThereIs() {
        Draft large = new Draft(path("file"), OptionalInt.empty(), false, Optional.empty(), 1L << 40);

        assertThatThrownBy(() -> write(large, content("x")))
                .isInstanceOfSatisfying(
                        FileException.class,
                        refused -> assertThat(refused.space()).hasValueSatisfying(space -> {
                            assertThat(space.isBytes()).isTrue();
                            assertThat(space.most()).isBetween(1L << 20, limits().diskBytes());
                        }));
    }

    @Test
    void aSandboxWithoutAFreeProcessHasItsFiles() throws Exception {
        assumeTrue(host().holds("pids"), "nobody counts processes");
        run("i=0; while [ $i -lt 200 ]; do sleep 300 & i=$((i+1)); done");

        write(draft("file"), content("x"));

        assertThat(read("file")).isEqualTo("x".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anImageWithoutAnyProgramHasItsFiles(@TempDir Path image) throws Exception {
        java.nio.file.Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("rwxr-xr-x"));
        SandboxId bare = new SandboxId(UUID.randomUUID());
        backend.create(new SandboxSpec(bare, List.of(image), "/workspace", limits(), Duration.ofMinutes(5)));
        try (FileCourier courier = backend.courier(bare, Optional.empty(), PATIENCE)) {
            courier.write(draft("file"), content("hello"));
            assertThat(courier.stat(path("/workspace/file"), false).size()).isEqualTo(5);
        } finally {
            backend.destroy(bare);
        }
    }

    @Test
    void aUserHasHisRightsAndNoOthers() throws Exception {
        assumeTrue(host().holds("users"), "a sandbox has one user here");
        run("echo secret > mine; chmod 600 mine; mkdir -m 777 all; echo x > all/roots; chmod 644 all/roots");
        refuses(Reason.NOT_FOUND, () -> backend.courier(sandbox, Optional.of("nobody-knows"), PATIENCE));
        try (FileCourier courier = backend.courier(sandbox, Optional.of("1000"), PATIENCE)) {
            refuses(Reason.DENIED, () -> courier.open(path("mine")));
            refuses(Reason.DENIED, () -> courier.write(draft("all/roots"), content("y")));
            refuses(Reason.DENIED, () -> courier.write(draft("/etc/new"), content("y")));
            assertThat(courier.write(draft("all/his"), content("y")).owner())
                    .isEqualTo(new FileEntry.Owner(1000, 1000));
        }
    }

    @Test
    void thereIsRoomForSomeAndAgainWhenOneIsClosed() throws Exception {
        List<FileCourier> all = new java.util.ArrayList<>();
        try {
            assertThatThrownBy(() -> {
                        while (all.size() < 100) {
                            all.add(courier());
                        }
                    })
                    .isInstanceOf(SandboxException.class);
            assertThat(all).hasSizeGreaterThanOrEqualTo(8);
            all.remove(0).close();
            SandboxException none = null;
            for (int tries = 0; tries < 1000 && (none != null || tries == 0); tries++) {
                // It ends by itself, and the keeper hears of it then.
                run("true");
                try {
                    all.add(courier());
                    none = null;
                } catch (SandboxException stillThere) {
                    none = stillThere;
                }
            }
            assertThat(none).isNull();
        } finally {
            all.forEach(FileCourier::close);
        }
    }

    @Test
    void theEndOfTheSandboxEndsIt() throws Exception {
        try (FileCourier courier = courier()) {
            backend.destroy(sandbox);

            assertThatThrownBy(() -> courier.stat(path("/"), false)).isInstanceOf(IOException.class);
        }
    }
}
