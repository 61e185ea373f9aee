package dev.sandlot.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.CompletionException;

/** Sends what is read here to the command's standard input there, as it comes. */
final class InputPump extends Thread {
    private static final int PIECE = 1 << 20;

    private final Api api;
    private final RemoteCommand.Target target;
    private final RemoteCommand command;
    private final InputStream input;

    InputPump(Api api, RemoteCommand.Target target, RemoteCommand command, InputStream input) {
        super("input");
        setDaemon(true);
        this.api = api;
        this.target = target;
        this.command = command;
        this.input = input;
    }

    @Override
    public void run() {
        try {
            String execution = command.begun().join();
            byte[] piece = new byte[PIECE];
            for (int length = input.read(piece); command.isUnderWay(); length = input.read(piece)) {
                String end = length < 0 ? "?end=true" : "";
                api.post(
                        api.profile()
                                .environments("/" + target.environment() + "/executions/" + execution + "/stdin" + end),
                        BodyPublishers.ofByteArray(piece, 0, Math.max(0, length)),
                        target.headers());
                if (length < 0) {
                    return;
                }
            }
        } catch (CompletionException neverBegun) {
            // Whoever follows it tells why.
        } catch (IOException unreadable) {
            System.err.println("sandlot: standard input can't be read");
        } catch (Failure refused) {
            if (command.isUnderWay()) {
                System.err.println("sandlot: " + refused.sentence());
            }
        }
    }
}
