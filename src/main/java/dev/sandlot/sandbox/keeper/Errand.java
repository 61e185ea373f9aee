package dev.sandlot.sandbox.keeper;

/** What a courier can be asked for (ask.h). */
enum Errand {
    STAT(1),
    OPEN(2),
    READ(3),
    WRITE(4),
    APPEND(5),
    LIST(6),
    FOLDER(7),
    MOVE(8),
    REMOVE(9),
    FETCH(10),
    ROOT(11),
    PUT_FILE(12),
    PUT_FOLDER(13),
    PUT_LINK(14),
    PUT_NAME(15),
    SYNC(16);

    /** Of its flags. */
    static final int FLAG_ITSELF = 1;

    static final int FLAG_NEW = 2;
    static final int FLAG_ALL = 4;

    private final int number;

    Errand(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** The frame that asks for it, without its further fields. */
    FrameWriter ask() {
        return new FrameWriter(Parcels.ASK).number32(Tag.ASK_ERRAND, number);
    }
}
