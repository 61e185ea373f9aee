package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files in and out of environments: each row of the contract's table of refusals, and what goes well. */
class FilesE2E {
    private static final Identities IDENTITIES = new Identities();

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(
            IDENTITIES,
            Map.of(
                    "SANDLOT_FILE_LIMIT_MIB", "48",
                    "SANDLOT_ARCHIVE_MEMBERS", "20",
                    "SANDLOT_LIMIT_DISK_MIB", "256",
                    "SANDLOT_RATE_PER_SECOND", "100000"));

    private final Api api = new Api(SERVER, IDENTITIES.admin());
    private Environment environment;

    @BeforeEach
    void provision() throws Exception {
        environment = api.provision();
    }

    @AfterEach
    void tearDown() throws Exception {
        api.delete(environment.id());
    }

    private String below(String operation, String path) {
        return api.path("/" + environment.id() + operation + "path=" + URLEncoder.encode(path, StandardCharsets.UTF_8));
    }

    private HttpRequest.Builder request(String operation, String path) {
        return api.request(below(operation, path)).header("X-Environment-Token", environment.token());
    }

    private HttpRequest.Builder file(String path) {
        return request("/files?", path);
    }

    private Answer put(String path, String content) throws Exception {
        return Api.send(file(path).PUT(BodyPublishers.ofString(content)));
    }

    private static HttpResponse<byte[]> bytes(HttpRequest.Builder request) throws Exception {
        return Api.CLIENT.send(request.build(), BodyHandlers.ofByteArray());
    }

    private String run(String command) throws Exception {
        return api.output(environment, command);
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void aFileGoesInAndComesBack() throws Exception {
        byte[] sent = new byte[40 << 20];
        new Random(3).nextBytes(sent);

        assertThat(Api.send(file("a/b/data").PUT(BodyPublishers.ofByteArray(sent)))
                        .status())
                .isEqualTo(201);
        // Without a length: in chunks.
        HttpResponse<String> again = Api.CLIENT.send(
                request("/files?mode=0750&", "a/b/data")
                        .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(sent)))
                        .build(),
                BodyHandlers.ofString());
        HttpResponse<byte[]> read = bytes(file("/workspace/a/b/data"));

        assertThat(again.statusCode()).as(again.body()).isEqualTo(204);
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(read.body()).isEqualTo(sent);
        assertThat(header(read, "Content-Type")).isEqualTo("application/octet-stream");
        assertThat(header(read, "Content-Length")).isEqualTo(String.valueOf(sent.length));
        assertThat(header(read, "X-File-Mode")).isEqualTo("0750");
        assertThat(header(read, "Accept-Ranges")).isEqualTo("bytes");
        assertThat(header(read, "ETag")).isEqualTo(header(again, "ETag")).startsWith("\"");
        assertThat(header(read, "Last-Modified")).endsWith("GMT");
        HttpResponse<byte[]> head = bytes(file("a/b/data").method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Content-Length")).isEqualTo(String.valueOf(sent.length));
        assertThat(header(head, "ETag")).isEqualTo(header(read, "ETag"));
    }

    @Test
    void partsAndConditionsAreHeld() throws Exception {
        String mark = put("f", "0123456789").header("ETag");

        HttpResponse<byte[]> part = bytes(file("f").header("Range", "bytes=2-4"));
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("234".getBytes(StandardCharsets.UTF_8));
        assertThat(header(part, "Content-Range")).isEqualTo("bytes 2-4/10");
        assertThat(bytes(file("f").header("Range", "bytes=2-4").header("If-Range", "\"other\""))
                        .statusCode())
                .isEqualTo(200);
        Api.send(file("f").header("Range", "bytes=99-")).isError(422, "validation_error");
        assertThat(bytes(file("f").header("If-None-Match", mark)).statusCode()).isEqualTo(304);
        refused(file("f").header("If-None-Match", "*").PUT(BodyPublishers.ofString("x")), 409, "exists");
        assertThat(Api.send(file("f").header("If-Match", mark).PUT(BodyPublishers.ofString("new")))
                        .status())
                .isEqualTo(204);
        refused(file("f").header("If-Match", mark).PUT(BodyPublishers.ofString("newer")), 409, "changed");
        assertThat(Api.send(request("/files?offset=3&", "f").method("PATCH", BodyPublishers.ofString("er")))
                        .status())
                .isEqualTo(204);
        refused(request("/files?offset=3&", "f").method("PATCH", BodyPublishers.ofString("er")), 409, "changed");
        assertThat(run("cat f")).isEqualTo("newer");
    }

    private static Answer refused(HttpRequest.Builder request, int status, String word) throws Exception {
        Answer answer = Api.send(request);
        String type = switch (status) {
            case 400 -> "invalid_error";
            case 403 -> "forbidden_error";
            case 404 -> "not_found_error";
            case 422 -> "validation_error";
            default -> word.equals("exists") ? "already_exists_error" : "conflict_error";
        };
        answer.isError(status, type);
        assertThat(answer.header("X-File-Error")).as(answer.raw().body()).isEqualTo(word);
        return answer;
    }

    @ParameterizedTest
    @CsvSource({
        "GET, none, 404, file_not_found",
        "DELETE, none, 404, file_not_found",
        "GET, folder, 409, is_directory",
        "PUT, folder, 409, is_directory",
        "GET, file/below, 409, not_a_directory",
        "GET, pipe, 409, not_a_file",
        "DELETE, folder, 409, not_empty",
        "GET, round, 422, invalid_path",
        "GET, /proc/self/environ, 403, permission_denied",
    })
    void whatCannotBeDoneIsTold(String method, String path, int status, String word) throws Exception {
        run("mkdir folder; : > folder/x; : > file; mkfifo pipe; ln -s round round");

        Answer answer = refused(file(path).method(method, BodyPublishers.noBody()), status, word);

        if (status != 422) {
            assertThat(answer.body().getString("detail")).contains(path);
        }
    }

    @Test
    void rightsAreTheUsers() throws Exception {
        run("echo secret > mine; chmod 600 mine");

        refused(request("/files?user=65534&", "mine"), 403, "permission_denied");
        refused(request("/files?user=65534&", "/etc/new").PUT(BodyPublishers.ofString("x")), 403, "permission_denied");
        assertThat(Api.send(request("/files?user=nobody-knows&", "mine"))
                        .isError(422, "validation_error")
                        .faults())
                .containsExactly("[query,user]");
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeItIsSent() throws Exception {
        refused(file("big").PUT(BodyPublishers.ofByteArray(new byte[49 << 20])), 400, "too_large");
        BodyPublisher unknown = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[49 << 20]));
        refused(file("big").PUT(unknown), 400, "too_large");
        refused(
                request("/archive?", "big")
                        .header("Content-Type", "application/x-tar")
                        .PUT(BodyPublishers.ofByteArray(new byte[49 << 20])),
                400,
                "too_large");
        assertThat(run("ls -A")).isEmpty();
    }

    @Test
    void aFullDiskIsToldAndLeavesTheOldFile() throws Exception {
        put("f", "old");
        run("head -c 240000000 /dev/zero > filler; true");

        Answer full = refused(file("f").PUT(BodyPublishers.ofByteArray(new byte[40 << 20])), 409, "no_space");
        assertThat(full.body().getString("detail"))
                .isEqualTo("There is no space left in the sandbox for f: its files have 256 MiB, its disk limit");

        assertThat(run("cat f; ls -A | wc -l")).isEqualTo("old2\n");
    }

    @Test
    void faultsAreToldAllAtOnce() throws Exception {
        Answer faults = Api.send(
                api.request(api.path("/" + environment.id() + "/files/entries?path=&depth=17&limit=0&after=!")));

        assertThat(faults.isError(422, "validation_error").faults())
                .containsExactlyInAnyOrder(
                        "[query,path]",
                        "[query,depth]",
                        "[query,limit]",
                        "[query,after]",
                        "[header,X-Environment-Token]");
        Api.send(api.request(api.path("/" + environment.id() + "/files")).header("X-Environment-Token", "x"))
                .isError(422, "validation_error");
        Answer wrongToken = Api.send(api.request(below("/files?", "f")).header("X-Environment-Token", "wrong"));
        wrongToken.isError(403, "forbidden_error");
        assertThat(wrongToken.header("X-File-Error")).isEmpty();
        Api.send(request("/files?mode=9&", "f").PUT(BodyPublishers.noBody())).isError(422, "validation_error");
    }

    @Test
    void directoriesAreListedMadeMovedAndRemoved() throws Exception {
        run("mkdir d; for i in 1 2 3; do echo $i > d/$i; done; ln -s 1 d/link; printf x > \"d/$(printf 'caf\\351')\"");

        JsonObject first = Api.send(request("/files/entries?limit=2&", "d")).body();
        JsonObject second = Api.send(request("/files/entries?after=" + first.getString("next") + "&", "d"))
                .body();
        assertThat(first.getJsonArray("entries")).hasSize(2);
        assertThat(second.getJsonArray("entries")).hasSize(3);
        assertThat(second.isNull("next")).isTrue();
        JsonObject odd = second.getJsonArray("entries").getJsonObject(1);
        assertThat(odd.getString("name")).isEqualTo("caf\ufffd");
        assertThat(odd.getString("encoded_path")).isEqualTo("%63%61%66%E9");
        assertThat(bytes(api.request(api.path(
                                        "/" + environment.id() + "/files?path=d/" + odd.getString("encoded_path")))
                                .header("X-Environment-Token", environment.token()))
                        .body())
                .isEqualTo(new byte[] {'x'});
        JsonObject link =
                Api.send(request("/files/entry?follow=false&", "d/link")).body();
        assertThat(link.getString("type")).isEqualTo("symlink");
        assertThat(link.getString("symlink_target")).isEqualTo("1");
        assertThat(link.keySet())
                .containsExactlyInAnyOrder(
                        "name", "path", "type", "size", "mode", "uid", "gid", "modified_at", "symlink_target");
        assertThat(Api.send(request("/files/entry?", "d/link")).body().getString("type"))
                .isEqualTo("file");

        assertThat(Api.send(request("/files/directory?mode=0711&", "x/y").PUT(BodyPublishers.noBody()))
                        .status())
                .isEqualTo(201);
        Answer there = Api.send(request("/files/directory?", "x/y").PUT(BodyPublishers.noBody()));
        assertThat(there.status()).isEqualTo(200);
        assertThat(there.body().getString("mode")).isEqualTo("0711");
        assertThat(move("d/1", "x/y/one", false).status()).isEqualTo(200);
        move("d/2", "d/3", false).isError(409, "already_exists_error");
        assertThat(move("d/2", "d/3", true).body().getString("path")).isEqualTo("d/3");
        assertThat(Api.send(request("/files?recursive=true&", "d").DELETE()).status())
                .isEqualTo(204);
        assertThat(run("ls; cat x/y/one")).isEqualTo("x\n1\n");
    }

    private Answer move(String from, String to, boolean over) throws Exception {
        return api.post(
                "/" + environment.id() + "/files/move",
                "{\"source\":\"" + from + "\",\"destination\":\"" + to + "\",\"overwrite\":" + over + "}",
                Map.of("X-Environment-Token", environment.token()));
    }

    /** Writes members into an archive. */
    private interface Members {
        void add(TarArchiveOutputStream tar) throws IOException;
    }

    private static byte[] tar(Members members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            members.add(tar);
        }
        return bytes.toByteArray();
    }

    private static void add(TarArchiveOutputStream tar, String name, String content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length());
        tar.putArchiveEntry(entry);
        tar.write(content.getBytes(StandardCharsets.UTF_8));
        tar.closeArchiveEntry();
    }

    private HttpRequest.Builder archive(String path, String type, byte[] bytes) {
        return request("/archive?", path).header("Content-Type", type).PUT(BodyPublishers.ofByteArray(bytes));
    }

    private static Map<String, String> unpacked(byte[] tar) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (TarArchiveInputStream archive = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
            for (TarArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                found.put(
                        entry.getName(),
                        Integer.toOctalString(entry.getMode() & 0777) + " " + entry.getLinkName()
                                + new String(archive.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return found;
    }

    @Test
    void aTreeGoesInAndComesBack() throws Exception {
        String longName = "n".repeat(150) + "/" + "m".repeat(150);
        byte[] sent = tar(tar -> {
            add(tar, "./dir/file", "hello");
            add(tar, longName, "long");
            TarArchiveEntry link = new TarArchiveEntry("dir/link", TarConstants.LF_SYMLINK);
            link.setLinkName("../elsewhere");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
            TarArchiveEntry folder = new TarArchiveEntry("empty/");
            tar.putArchiveEntry(folder);
            tar.closeArchiveEntry();
        });

        Answer put = Api.send(archive("tree", "application/x-tar", sent));
        assertThat(put.status()).as(put.raw().body()).isEqualTo(200);
        assertThat(put.body().toString()).isEqualTo("{\"bytes\":9,\"directories\":1,\"files\":3}");

        HttpResponse<byte[]> plain = bytes(request("/archive?", "tree"));
        HttpResponse<byte[]> zipped = bytes(request("/archive?", "tree").header("Accept", "application/gzip"));
        assertThat(header(plain, "Content-Type")).isEqualTo("application/x-tar");
        assertThat(header(zipped, "Content-Type")).isEqualTo("application/gzip");
        Map<String, String> found = unpacked(plain.body());
        assertThat(found)
                .containsEntry("dir/file", "644 hello")
                .containsEntry(longName, "644 long")
                .containsEntry("dir/link", "777 ../elsewhere")
                .containsKeys("empty/", "dir/");
        assertThat(unpacked(new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes()))
                .isEqualTo(found);
        assertThat(Api.send(archive("again", "application/gzip", zipped.body())).status())
                .isEqualTo(200);
        assertThat(run("diff -r --no-dereference tree again && echo same")).isEqualTo("same\n");
    }

    @Test
    void aZipGoesInToo() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("a/b.txt"));
            zip.write("zipped".getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }

        assertThat(Api.send(archive(".", "application/zip", bytes.toByteArray()))
                        .status())
                .isEqualTo(200);
        assertThat(run("cat a/b.txt")).isEqualTo("zipped");
    }

    @ParameterizedTest
    @CsvSource({"../out", "/absolute", "a/../../out"})
    void membersThatLeadOutAreRefused(String name) throws Exception {
        refused(archive("tree", "application/x-tar", tar(tar -> add(tar, name, "x"))), 422, "invalid_path");
    }

    @Test
    void badArchivesAreRefused() throws Exception {
        byte[] device = tar(tar -> {
            tar.putArchiveEntry(new TarArchiveEntry("dev", TarConstants.LF_CHR));
            tar.closeArchiveEntry();
        });
        refused(archive("t", "application/x-tar", device), 422, "invalid_path");
        byte[] many = tar(tar -> {
            for (int i = 0; i < 21; i++) {
                add(tar, "f" + i, "");
            }
        });
        refused(archive("t", "application/x-tar", many), 400, "too_large");
        Api.send(archive("t", "application/x-tar", "nonsense".repeat(200).getBytes(StandardCharsets.UTF_8)))
                .isError(400, "invalid_error");
        Api.send(archive("t", "application/json", many)).isError(400, "invalid_error");
        run("mkdir -p taken/f; ln -s /tmp taken/way");
        refused(archive("taken", "application/x-tar", tar(tar -> add(tar, "f", "x"))), 409, "is_directory");
        refused(archive("taken", "application/x-tar", tar(tar -> add(tar, "way/f", "x"))), 409, "not_a_directory");
        refused(request("/archive?", "none"), 404, "file_not_found");
        refused(request("/archive?", "taken/way/none"), 404, "file_not_found");
    }

    /** It has more members than an archive may: what comes is not taken for all there is. */
    @Test
    void anArchiveThatBreaksOffIsNone() throws Exception {
        run("mkdir t; for i in $(seq 30); do echo $i > t/$i; done");

        assertThatThrownBy(() -> unpacked(bytes(request("/archive?", "t")).body()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void anArchiveThatIsCutIsRefused() throws Exception {
        byte[] whole = tar(tar -> add(tar, "first", "1".repeat(1000)));

        for (int length : new int[] {0, 700, 1024, 1536}) {
            Api.send(archive("cut", "application/x-tar", Arrays.copyOf(whole, length)))
                    .isError(400, "invalid_error");
        }
        run("until [ \"$(ls -A cut)\" = first ]; do :; done");
        assertThat(run("wc -c < cut/first")).isEqualTo("1000\n");
    }

    private RawClient begin(String operation, String path, int length, String body) throws Exception {
        return RawClient.connect(SERVER.uri())
                .send(
                        "PUT " + below(operation, path),
                        Map.of(
                                "Authorization",
                                "Bearer " + IDENTITIES.admin(),
                                "X-Environment-Token",
                                environment.token(),
                                "Content-Type",
                                "application/x-tar",
                                "Content-Length",
                                String.valueOf(length)),
                        body);
    }

    /** Its directory is made first, and is there when the file beside its place is. */
    @Test
    void whoHangsUpLeavesNothingBehind() throws Exception {
        run("mkdir a b; echo old > a/file");
        String half = "x".repeat(200_000);
        byte[] whole = tar(tar -> add(tar, "member", half));
        RawClient file = begin("/files?", "a/file", 400_000, half);
        RawClient archive =
                begin("/archive?", "b", whole.length, new String(whole, 0, 100_000, StandardCharsets.ISO_8859_1));
        run("until [ $(ls -A a | wc -l)$(ls -A b | wc -l) = 21 ]; do :; done");
        file.close();
        archive.close();

        run("until [ $(ls -A a | wc -l)$(ls -A b | wc -l) = 10 ]; do :; done");
        assertThat(run("cat a/file")).isEqualTo("old\n");
    }

    @Test
    void onlySoManyGoOnAtOnce() throws Exception {
        run("head -c 40000000 /dev/zero > big");
        List<HttpResponse<java.io.InputStream>> open = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                open.add(Api.CLIENT.send(file("big").build(), BodyHandlers.ofInputStream()));
            }
            Api.send(file("big")).isError(429, "rate_limit_error");
        } finally {
            for (HttpResponse<java.io.InputStream> one : open) {
                one.body().close();
            }
        }
        assertThat(run("echo runs")).isEqualTo("runs\n");
    }

    @Test
    void anEnvironmentThatHasEndedHasNoFiles() throws Exception {
        api.delete(environment.id());

        Api.send(file("f")).isError(409, "conflict_error");
    }
}
