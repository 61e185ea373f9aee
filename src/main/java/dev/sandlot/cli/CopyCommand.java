package dev.sandlot.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Copies files and folders into an environment, and out of it. */
@Command(
        name = "cp",
        description = {
            "Copies a file, or a folder with all that is in it, into an environment or out of it.",
            "What is copied into a folder that is there keeps its name; FOLDER/. is what is in the folder."
        },
        mixinStandardHelpOptions = true)
final class CopyCommand implements Callable<Integer> {
    /** The start script says so. */
    private static final String PROGRESS = "sandlot.progress";

    private static final String STREAM = "-";

    @ParentCommand
    private Session session;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-u", "--user"},
            description = "Name or id of whose rights count there; the task's user when absent.")
    private @Nullable String user;

    @Option(
            names = {"-r", "--recursive"},
            description = "Says what is so: folders are copied with all that is in them.")
    @SuppressWarnings("UnusedVariable") // Habit says it, and it is so without it.
    private boolean recursive;

    @Mixin
    private final TokenOption token = new TokenOption();

    @Parameters(paramLabel = "FROM", index = "0", description = "ID:PATH, a path here, or - for standard input.")
    private String from;

    @Parameters(paramLabel = "TO", index = "1", description = "ID:PATH, a path here, or - for standard output.")
    private String to;

    @Override
    public Integer call() throws IOException {
        Optional<RemotePath> source = RemotePath.find(from);
        Optional<RemotePath> target = RemotePath.find(to);
        if (source.isPresent() == target.isPresent()) {
            throw new ParameterException(
                    spec.commandLine(), "One of the two is ID:PATH, the other one a path here (./ID:PATH is one)");
        }
        Tally tally = new Tally(spec.commandLine().getErr());
        try (Progress progress = new Progress(spec.commandLine().getErr(), Boolean.getBoolean(PROGRESS))) {
            RemotePath remote = source.or(() -> target).orElseThrow();
            RemoteFiles files = new RemoteFiles(session.api(), token.target(session, remote.environment()), user);
            if (source.isPresent()) {
                download(new Download(files, progress, tally), remote);
            } else {
                upload(new Upload(files, progress, tally), remote);
            }
        } catch (Refusal refused) {
            throw refused.toFailure();
        } finally {
            tally.end();
        }
        tell(tally);
        return 0;
    }

    private void download(Download download, RemotePath remote) throws IOException {
        if (!to.equals(STREAM)) {
            download.copy(remote, to);
            return;
        }
        try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
            download.stream(remote, out);
        }
    }

    private void upload(Upload upload, RemotePath remote) throws IOException {
        if (from.equals(STREAM)) {
            upload.stream(System.in, remote);
            return;
        }
        try {
            upload.copy(Path.of(from), remote);
        } catch (InvalidPathException unfit) {
            throw new Failure(Failure.NOT_FOUND, "There is no file " + Shown.name(from) + " on this machine");
        }
    }

    /** Nothing, as cp; standard output is the file's where that goes there. */
    private void tell(Tally tally) {
        if (session.settings().json && !to.equals(STREAM)) {
            spec.commandLine().getOut().println(tally.toJson());
            spec.commandLine().getOut().flush();
        }
    }
}
