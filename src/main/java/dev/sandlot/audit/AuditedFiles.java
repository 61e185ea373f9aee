package dev.sandlot.audit;

import jakarta.servlet.ServletRequest;
import org.jspecify.annotations.Nullable;

/** Which files an operation is about: told as a command is, for a command could have done the same with them. */
public final class AuditedFiles {
    /** The attribute of a request that holds it. */
    static final String ATTRIBUTE = AuditedFiles.class.getName();

    private final String paths;
    private volatile boolean carried;
    private volatile @Nullable Long bytes;

    private AuditedFiles(String paths) {
        this.paths = paths;
    }

    /** That request is about that path, or about what these words say of several. */
    public static AuditedFiles of(ServletRequest request, String paths) {
        AuditedFiles files = new AuditedFiles(paths);
        request.setAttribute(ATTRIBUTE, files);
        return files;
    }

    /** Content goes in or out; of how much is not known before the answer begins. */
    public void carries() {
        carried = true;
    }

    /** So much of it. */
    public void carries(long count) {
        bytes = count;
        carried = true;
    }

    /** Whether it is told of also where reading is not. */
    boolean isCarried() {
        return carried;
    }

    AuditCommand told(AuditConfig config) {
        return AuditCommand.of(paths, config);
    }

    AuditOutcome outcome(AuditOutcome answered) {
        return answered.carrying(bytes);
    }
}
