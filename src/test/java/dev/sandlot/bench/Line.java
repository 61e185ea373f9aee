package dev.sandlot.bench;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One kept-alive HTTP/1.1 connection with as little of its own as can be, so that the server is what is measured:
 * requests are bytes that are made once, and of an answer only its head is looked at.
 */
final class Line implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;

    Line(URI server) throws IOException {
        this.socket = new Socket(server.getHost(), server.getPort());
        this.socket.setTcpNoDelay(true);
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /** Takes a body as it comes. */
    @FunctionalInterface
    interface Sink {
        void take(byte[] bytes, int offset, int length);
    }

    /** An answer. */
    record Answer(String head, String text) {
        /** The value of a header, by its name in lower case. */
        String header(String name) {
            return Line.header(head, name);
        }

        /** The text of a member of its JSON. */
        String member(String name) {
            Matcher found =
                    Pattern.compile("\"" + name + "\":\"?([^\",}]*)[\",}]").matcher(text);
            if (!found.find()) {
                throw new IllegalStateException("no " + name + " in " + text);
            }
            return found.group(1);
        }
    }

    private static String header(String head, String name) {
        int at = head.toLowerCase(Locale.ROOT).indexOf("\r\n" + name + ":");
        if (at < 0) {
            return "";
        }
        int start = at + name.length() + 3;
        return head.substring(start, head.indexOf('\r', start)).strip();
    }

    /** Sends a request and returns its answer; throws for any status that is no success. */
    Answer send(byte[] request) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream(256);
        String head = send(request, body::write);
        return new Answer(head, body.toString(StandardCharsets.UTF_8));
    }

    /** The same, with the body going elsewhere; returns the head. */
    String send(byte[] request, Sink body) throws IOException {
        out.write(request);
        String head = head();
        if (!head.startsWith("HTTP/1.1 2")) {
            ByteArrayOutputStream refusal = new ByteArrayOutputStream();
            body(head, refusal::write);
            throw new IOException(head.lines().findFirst().orElse("") + " " + refusal.toString(StandardCharsets.UTF_8));
        }
        body(head, body);
        return head;
    }

    /** Throws an answer away as it comes; returns how long it was, and throws for one that is shorter than {@code least}. */
    long drain(byte[] request, long least) throws IOException {
        long[] come = new long[1];
        send(request, (bytes, offset, length) -> come[0] += length);
        if (come[0] < least) {
            throw new IOException("only " + come[0] + " bytes came");
        }
        return come[0];
    }

    /** Sends a request whose body is so many times the same; returns the length of the answer's body. */
    long send(byte[] head, byte[] piece, int times) throws IOException {
        out.write(head);
        for (int i = 1; i < times; i++) {
            out.write(piece);
        }
        return send(piece).text().length();
    }

    /** With the line end of the last header. */
    private String head() throws IOException {
        int searched = from;
        while (true) {
            for (; searched + 3 < to; searched++) {
                if (buffer[searched] == '\r' && buffer[searched + 2] == '\r') {
                    String head = new String(buffer, from, searched + 2 - from, StandardCharsets.ISO_8859_1);
                    from = searched + 4;
                    return head;
                }
            }
            int begun = searched - from;
            fill();
            searched = from + begun;
        }
    }

    private void body(String head, Sink body) throws IOException {
        if (header(head, "transfer-encoding").equals("chunked")) {
            for (int length = chunk(); length > 0; length = chunk()) {
                take(length, body);
                line();
            }
            line();
            return;
        }
        String length = header(head, "content-length");
        take(length.isEmpty() ? 0 : Long.parseLong(length), body);
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line().strip(), 16);
    }

    private void take(long length, Sink body) throws IOException {
        long left = length;
        while (left > 0) {
            if (from == to) {
                fill();
            }
            int count = (int) Math.min(left, to - from);
            body.take(buffer, from, count);
            from += count;
            left -= count;
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            if (from == to) {
                fill();
            }
            char next = (char) buffer[from++];
            if (next == '\n') {
                return line.toString();
            }
            line.append(next);
        }
    }

    /** More behind what has not been taken, which moves to the start. */
    private void fill() throws IOException {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
        int count = in.read(buffer, to, BUFFER - to);
        if (count <= 0) {
            throw new EOFException("the server closed the connection, or its head is too long");
        }
        to += count;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
