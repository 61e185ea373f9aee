package dev.sandlot.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.log.Request;
import dev.sandlot.log.RequestId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkersTest {
    private final List<Runnable> handed = new ArrayList<>();
    private final Workers workers = new Workers(handed::add);
    private final List<String> seen = new ArrayList<>();

    private void look() {
        seen.add(RequestId.current() + " " + Workers.isWorker());
    }

    @Test
    void workIsDoneForTheRequestThatHandedItOver() {
        Request.within(Request.of("a", null), () -> {
            workers.execute(this::look);
            workers.executeApart(this::look);
        });
        workers.execute(this::look);

        handed.forEach(Runnable::run);
        look();

        assertThat(seen).containsExactly("a true", "null true", "null true", "null false");
    }
}
