package dev.sandlot.sandbox.keeper;

/** A frame with fields that the keeper sent, one of {@link FrameType}, or what it made up. */
record Frame(int type, Fields fields) {
    /** Throws when it is of another type. */
    Fields expect(int expected) throws MalformedAnswerException {
        if (type != expected) {
            throw unexpected();
        }
        return fields;
    }

    /** The failure that says that no frame of this kind is an answer here. */
    MalformedAnswerException unexpected() {
        return new MalformedAnswerException("an unexpected frame of type " + type);
    }
}
