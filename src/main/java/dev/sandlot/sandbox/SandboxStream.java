package dev.sandlot.sandbox;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A connection to a server in a sandbox: bytes both ways, one thread for each way. */
public interface SandboxStream extends Closeable {
    /** What the server sends; at its end when the server has closed its side, or is gone. */
    InputStream input();

    /** What is sent to the server; closing it tells the server that this was all. */
    OutputStream output();

    /** Ends the connection, both ways. */
    @Override
    void close() throws IOException;
}
