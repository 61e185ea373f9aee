package dev.sandlot.image;

/** An image can't be had. Its message is a sentence for whoever wants it and says nothing of this host. */
public final class ImageException extends Exception {
    private static final long serialVersionUID = 1L;

    ImageException(String message) {
        super(message);
    }

    ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
