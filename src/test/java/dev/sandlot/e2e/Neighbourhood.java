package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Identities.Token;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One server, the victim on it, and one hostile tenant after the other. */
final class Neighbourhood {
    private static final String[] ROLES = {
        "environments:read", "environments:write", "environments:execute", "tasks:read", "tasks:write"
    };
    private static final String OUT_OF_MEMORY = "java.lang.OutOfMemoryError";
    /** An attack that is over sooner or later, but not by then, does not stop by itself. */
    private static final Duration AFTERMATH = Duration.ofSeconds(60);

    private static final Duration RECOVERY = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final SandlotServer server;
    private final Identities identities;
    private final Scale scale;
    private final Victim victim;

    private Neighbourhood(SandlotServer server, Identities identities, Scale scale, Victim victim) {
        this.server = server;
        this.identities = identities;
        this.scale = scale;
        this.victim = victim;
    }

    /** The victim moves in, and works until the server is warm. */
    static Neighbourhood settle(SandlotServer server, Identities identities, RegistryServer registry, Scale scale)
            throws Exception {
        Api api = new Api(server.uri(), token(identities, "victim", "acme/main"), "acme", "main");
        Victim victim = Victim.moveIn(api, registry);
        Watch.over(new Span(scale.warmUp), victim, true);
        return new Neighbourhood(server, identities, scale, victim);
    }

    private static String token(Identities identities, String subject, String workspaces) {
        Token token = new Token();
        token.subject = subject;
        token.roles = List.of(ROLES);
        token.workspaces = List.of(workspaces);
        return identities.sign(token);
    }

    /** The victim is alone, as long as an attack lasts. */
    Row alone() throws Exception {
        try (Gauge gauge = Gauge.of(server)) {
            Watch.Seen seen = Watch.over(new Span(scale.span), victim, true);
            return new Row("alone", seen, gauge.read(), "", "");
        }
    }

    /** What comes of it; afterwards the attacker is gone, and the victim well. */
    Row under(Attack attack) throws Exception {
        int before = timesOutOfMemory();
        Mallory mallory = new Mallory(server.uri(), token(identities, "mallory", Mallory.ORG + "/*"));
        Row row;
        boolean well;
        try {
            row = suffer(attack, mallory);
        } finally {
            well = mallory.leave() && recover();
            if (!well) {
                startAnew(mallory);
            }
        }
        boolean outOfMemory = timesOutOfMemory() > before;
        return row.with(outOfMemory ? "out of memory" : "").with(well ? "" : "had to be started anew");
    }

    private void startAnew(Mallory mallory) throws Exception {
        server.kill();
        server.start();
        assertThat(mallory.leave()).as("the attacker goes").isTrue();
    }

    private Row suffer(Attack attack, Mallory mallory) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Gauge gauge = Gauge.of(server)) {
            attack.prepare(mallory);
            Span span = new Span(scale.span);
            gauge.onShortage(span::cut);
            Future<?> raging = thread.submit(() -> {
                attack.rage(mallory, span);
                return null;
            });
            Watch.Seen seen = Watch.over(span, victim, attack.name().equals(EnvironmentAttacks.PULLS));
            raging.get(AFTERMATH.toSeconds(), TimeUnit.SECONDS);
            return new Row(attack.name(), seen, gauge.read(), mallory.answers(), "");
        } finally {
            thread.shutdownNow();
        }
    }

    private int timesOutOfMemory() throws IOException {
        return server.log().split(OUT_OF_MEMORY, -1).length - 1;
    }

    /** False when the victim is still ill after a while. */
    private boolean recover() throws InterruptedException {
        Span patience = new Span(RECOVERY);
        while (!victim.isWell()) {
            if (patience.isOver()) {
                return false;
            }
            patience.pause(PAUSE);
        }
        return true;
    }

    void leave() throws InterruptedException {
        assertThat(victim.moveOut()).as("the victim's environments go").isTrue();
    }
}
