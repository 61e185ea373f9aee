package dev.sandlot.filetransfer;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * How much of files goes in and out.
 *
 * @param fileBytes of one file, or of all that an archive unpacks to
 * @param members of an archive
 * @param perEnvironment transfers of one environment at once
 * @param perServer transfers at once
 */
@Singleton
record TransferConfig(long fileBytes, int members, int perEnvironment, int perServer) implements Configured {
    private static final Setting<Long> FILE = Setting.of(
            "sandlot.file.limit.mib",
            Kind.mebibytes(1, 1 << 20),
            "1024",
            "the largest file that goes in or out, and the most of an archive");
    private static final Setting<Integer> MEMBERS =
            Setting.of("sandlot.archive.members", Kind.count(1), "100000", "members of an archive");
    private static final Setting<Integer> PER_ENVIRONMENT = Setting.of(
            "sandlot.transfers.per.environment", Kind.count(1), "4", "operations on one environment's files at once");
    private static final Setting<Integer> PER_SERVER =
            Setting.of("sandlot.transfers.per.server", Kind.count(1), "64", "operations on all files at once");

    TransferConfig {
        FILE.require(fileBytes);
        MEMBERS.require(members);
        PER_ENVIRONMENT.require(perEnvironment);
        PER_SERVER.require(perServer);
    }

    @Inject
    TransferConfig(Settings settings) {
        this(settings.get(FILE), settings.get(MEMBERS), settings.get(PER_ENVIRONMENT), settings.get(PER_SERVER));
    }
}
