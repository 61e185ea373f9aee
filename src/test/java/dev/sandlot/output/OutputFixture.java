package dev.sandlot.output;

import dev.sandlot.sandbox.OutputStreamKind;
import java.nio.file.Path;
import java.util.Map;

/** Outputs for those who need one and look at none. */
public final class OutputFixture {
    private OutputFixture() {}

    /** One to which nothing has come yet. */
    public static LiveOutput empty(Path folder) {
        return new LiveOutput(
                Map.of(OutputStreamKind.OUTPUT, new Spool(folder.resolve("output"), 1024, SpoolRoom.UNBOUNDED)));
    }
}
