package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.keeper.NotMadeException;
import java.util.List;

/** What the operator of a host, or of the container that the server runs in, must allow so that it can make sandboxes. */
final class HostAdvice {
    private static final int EPERM = 1;
    private static final int EACCES = 13;
    private static final int ENODEV = 19;
    private static final int EINVAL = 22;
    private static final int ENOSPC = 28;
    private static final int ENOSYS = 38;

    /** Steps to which only the rights in a new user namespace entitle. */
    private static final List<String> IN_NEW_NAMESPACES = List.of("mount ", "part from the host's mounts", "write ");

    private HostAdvice() {}

    /** The advice for a failure, in one sentence. */
    static String of(NotMadeException failure) {
        String step = failure.step();
        boolean forbidden = failure.errno() == EPERM || failure.errno() == EACCES;
        if (step.equals("make the namespaces")) {
            return namespaces(failure.errno());
        }
        if (step.startsWith("mount proc") && forbidden) {
            return "The container that the server runs in hides parts of /proc, so a sandbox can't have a /proc of its own:"
                    + " start it with --security-opt systempaths=unconfined, or what your runtime calls that";
        }
        if (step.startsWith("mount overlay") && failure.errno() == ENODEV) {
            return "The kernel has no overlay file system: load it with modprobe overlay";
        }
        if (forbidden && IN_NEW_NAMESPACES.stream().anyMatch(step::startsWith)) {
            return "New user namespaces have no rights here (could not " + step + "): set the sysctl"
                    + " kernel.apparmor_restrict_unprivileged_userns=0, or start the server's container with"
                    + " --security-opt apparmor=unconfined";
        }
        return "No sandbox can be made on this host: " + failure.getMessage();
    }

    private static String namespaces(int errno) {
        return switch (errno) {
            case EPERM, EACCES ->
                "This host refuses new user namespaces: set the sysctl kernel.unprivileged_userns_clone=1 where there is"
                        + " one, and start a container that the server runs in with --security-opt seccomp=unconfined and"
                        + " without chroot";
            case ENOSPC -> "No more user namespaces are allowed: raise the sysctl user.max_user_namespaces";
            case EINVAL, ENOSYS -> "The kernel has no user namespaces, or is older than Linux 5.7";
            default -> "The namespaces of a sandbox can't be made (errno " + errno + ")";
        };
    }
}
