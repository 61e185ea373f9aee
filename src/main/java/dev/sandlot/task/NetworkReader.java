package dev.sandlot.task;

import dev.sandlot.http.Members;
import dev.sandlot.task.TaskNetwork.Target;
import java.util.ArrayList;
import java.util.List;

/** Reads what the commands of a task may reach. */
final class NetworkReader {
    /** Each is a rule of a filter, and a name to be looked up when an environment is made. */
    private static final int ALLOW_MAX = 32;

    private static final String ALLOW = "allow";
    private static final String FORM = "Must be destinations, such as pypi.org:443 or 203.0.113.0/24:5000-5010";
    private static final String VERSION_4_ONLY =
            "Must be names or IPv4 addresses: a sandbox's network has no IPv6, and reaches names by IPv4";

    private NetworkReader() {}

    static TaskNetwork read(Members network) {
        List<Target> allow = new ArrayList<>();
        for (Object entry : network.list(ALLOW, ALLOW_MAX)) {
            String text = String.valueOf(entry);
            Target.parse(text)
                    .ifPresentOrElse(
                            allow::add, () -> network.badValue(Target.isVersion6(text) ? VERSION_4_ONLY : FORM, ALLOW));
        }
        return new TaskNetwork(allow, network.flag("dns"));
    }
}
