package dev.sandlot.bench;

import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.keeper.Keeper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A client that runs one command over and over, by a keeper itself. */
record Caller(Keeper keeper) implements Load.Work {
    private static final Duration MOST = Duration.ofSeconds(30);

    static List<Caller> many(int count, List<Keeper> keepers) {
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            callers.add(new Caller(keepers.get(i % keepers.size())));
        }
        return callers;
    }

    @Override
    public void once() throws IOException, SandboxException {
        ExecId id = new ExecId(UUID.randomUUID());
        keeper.execute(ExecSpec.of(id, "true", MOST), (stream, offset, bytes) -> {});
        keeper.acknowledge(id);
    }
}
