package dev.sandlot.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A client that runs one command over and over, over HTTP. */
final class Client implements Load.Work, AutoCloseable {
    static final String TRUE = "{\"command\":\"true\"}";

    private final Line line;
    private final byte[] request;

    Client(Line line, byte[] request) {
        this.line = line;
        this.request = request;
    }

    /** As many, each with a connection of its own, spread over the environments. */
    static List<Client> many(int count, Subject subject, List<Subject.Environment> environments) throws IOException {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Subject.Environment environment = environments.get(i % environments.size());
            clients.add(new Client(subject.line(), subject.execute(environment, TRUE)));
        }
        return clients;
    }

    static void closeAll(List<Client> clients) throws IOException {
        for (Client client : clients) {
            client.close();
        }
    }

    @Override
    public void once() throws IOException {
        String answer = line.send(request).text();
        if (!answer.contains("\"exit_code\":0")) {
            throw new IOException(answer);
        }
    }

    @Override
    public void close() throws IOException {
        line.close();
    }
}
