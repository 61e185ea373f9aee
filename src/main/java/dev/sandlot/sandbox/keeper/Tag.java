package dev.sandlot.sandbox.keeper;

/** The tags of fields, by the names that the keeper has for them (spec.h, frame.h). */
final class Tag {
    static final int SANDBOX_ID = 1;
    static final int SANDBOX_SOCKET = 2;
    static final int SANDBOX_LAYER = 3;
    static final int SANDBOX_HOST_IMAGE = 4;
    static final int SANDBOX_HOSTNAME = 5;
    static final int SANDBOX_UID_BASE = 6;
    static final int SANDBOX_UID_COUNT = 7;
    static final int SANDBOX_CGROUP2 = 8;
    static final int SANDBOX_CGROUP1 = 9;
    static final int SANDBOX_MEMORY = 10;
    static final int SANDBOX_PIDS = 11;
    static final int SANDBOX_CPU_MILLIS = 12;
    static final int SANDBOX_DISK = 13;
    static final int SANDBOX_OPEN_FILES = 14;
    static final int SANDBOX_LIFETIME = 15;
    static final int SANDBOX_WORKDIR = 16;
    static final int SANDBOX_CARRIER = 17;
    static final int SANDBOX_FILTER_TOOL = 18;
    static final int SANDBOX_FILTER = 19;
    static final int SANDBOX_RESOLVES = 20;
    static final int SANDBOX_HOSTS = 21;
    static final int SANDBOX_UID_TOOL = 22;
    static final int SANDBOX_GID_TOOL = 23;
    static final int SANDBOX_GRANTED_UIDS = 24;
    static final int SANDBOX_GRANTED_GIDS = 25;
    static final int SANDBOX_GRANTED_COUNT = 26;
    static final int SANDBOX_RUNTIME = 27;
    static final int SANDBOX_RUNTIME_ARGUMENT = 28;
    static final int SANDBOX_RUNTIME_CONFIG = 29;
    static final int SANDBOX_INSIDE = 30;
    static final int SANDBOX_RUNTIME_MEMORY = 31;
    static final int SANDBOX_RUNTIME_PIDS = 32;
    static final int SANDBOX_RUNTIME_FLAGS = 33;
    static final int SANDBOX_USER = 34;

    static final int EXEC_ID = 1;
    static final int EXEC_COMMAND = 2;
    static final int EXEC_TIMEOUT_MS = 3;
    static final int EXEC_CWD = 4;
    static final int EXEC_ENV = 5;
    static final int EXEC_STDIN = 6;
    static final int EXEC_USER = 7;
    static final int EXEC_SPLIT = 8;
    static final int EXEC_WHOLE = 9;
    static final int EXEC_SHELL = 10;
    static final int EXEC_IDLE_MS = 11;
    static final int EXEC_STDIN_OPEN = 12;

    static final int INPUT_ID = 1;
    static final int INPUT_BYTES = 2;
    static final int INPUT_END = 3;

    static final int SIGNAL_ID = 1;
    static final int SIGNAL_NUMBER = 2;

    static final int EXTEND_SECONDS = 1;

    static final int DONE_COUNT = 1;

    static final int ATTACH_ID = 1;
    static final int ATTACH_OFFSET = 2;
    static final int ATTACH_ERROR_OFFSET = 3;

    static final int CONNECT_PORT = 1;

    static final int FILES_USER = 1;

    static final int ASK_ERRAND = 1;
    static final int ASK_PATH = 2;
    static final int ASK_OTHER = 3;
    static final int ASK_MODE = 4;
    static final int ASK_FLAGS = 5;
    static final int ASK_OFFSET = 6;
    static final int ASK_LENGTH = 7;
    static final int ASK_ETAG = 8;
    static final int ASK_AFTER = 9;
    static final int ASK_DEPTH = 10;
    static final int ASK_TIME = 11;

    static final int ENTRY_PATH = 1;
    static final int ENTRY_MODE = 2;
    static final int ENTRY_SIZE = 3;
    static final int ENTRY_SECONDS = 4;
    static final int ENTRY_UID = 5;
    static final int ENTRY_GID = 6;
    static final int ENTRY_ETAG = 7;
    static final int ENTRY_TARGET = 8;
    static final int ENTRY_MADE = 9;
    static final int ENTRY_NANOS = 10;

    static final int EXITED_CODE = 1;
    static final int EXITED_SIGNAL = 2;
    static final int EXITED_FLAGS = 3;
    static final int EXITED_CPU_US = 4;
    static final int EXITED_PEAK_BYTES = 5;
    static final int EXITED_DURATION_US = 6;
    static final int EXITED_OUTPUT_BYTES = 7;

    static final int FAILED_WHAT = 1;
    static final int FAILED_ON = 2;
    static final int FAILED_ERRNO = 3;
    static final int FAILED_KIND = 4;

    static final int PONG_UID_BASE = 1;
    static final int PONG_IDMAPPED = 2;
    static final int PONG_EXECUTION = 3;

    private Tag() {}
}
