package dev.sandlot.sandbox.keeper;

/** The keeper's frames (frame.h): 4 bytes length of what follows, 1 byte type, the payload. */
final class FrameType {
    static final int CREATE = 1;
    static final int PREPARE = 2;
    static final int EXEC = 16;
    static final int KILL = 17;
    static final int ATTACH = 18;
    static final int PING = 19;
    static final int DESTROY = 20;
    static final int ACK = 21;
    static final int CONNECT = 22;
    static final int FILES = 23;
    static final int INPUT = 24;
    static final int SIGNAL = 25;
    static final int EXTEND = 26;
    static final int OUTPUT = 32;
    static final int EXITED = 33;
    static final int FAILED = 34;
    static final int PONG = 35;
    static final int READY = 36;
    static final int DESTROYED = 37;
    static final int CONNECTED = 38;
    static final int DONE = 40;

    private FrameType() {}
}
