package dev.sandlot.task;

import dev.sandlot.task.TaskNetwork.Target;
import java.util.ArrayList;
import java.util.List;

/** Reads what the commands of a task may reach. */
final class NetworkReader {
    /** Each is a rule of a filter, and a name to be looked up when an environment is made. */
    private static final int ALLOW_MAX = 32;

    private static final String ALLOW = "allow";

    private NetworkReader() {}

    static TaskNetwork read(Members network) {
        List<Target> allow = new ArrayList<>();
        for (Object entry : network.list(ALLOW, ALLOW_MAX)) {
            Target.parse(String.valueOf(entry))
                    .ifPresentOrElse(
                            allow::add,
                            () -> network.badValue(
                                    "Must be destinations, such as pypi.org:443 or 203.0.113.0/24:5000-5010", ALLOW));
        }
        return new TaskNetwork(allow, network.flag("dns"));
    }
}
