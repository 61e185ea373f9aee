package dev.sandlot.e2e;

import dev.sandlot.e2e.Mallory.Shot;
import java.net.http.HttpRequest;

/**
 * Requests one after the other, of a few hands at once.
 *
 * @param most of them
 * @param environments that they need
 */
record Flood(String name, int hands, int most, int environments, Aim aim) implements Attack {
    /** Makes the request of that number. */
    interface Aim {
        HttpRequest.Builder at(Mallory mallory, int number);
    }

    /** In environments that are taken in turn. */
    interface Inside {
        HttpRequest.Builder at(Mallory.Foothold foothold, int number);
    }

    static Flood inside(String name, int hands, int most, int environments, Inside inside) {
        return new Flood(name, hands, most, environments, (mallory, number) -> {
            var footholds = mallory.footholds();
            return inside.at(footholds.get(number % footholds.size()), number);
        });
    }

    @Override
    public void prepare(Mallory mallory) throws Exception {
        mallory.settle(environments, "shell");
    }

    @Override
    public void rage(Mallory mallory, Span span) throws Exception {
        if (environments > 0 && mallory.footholds().isEmpty()) {
            return;
        }
        Shot shot = number -> aim.at(mallory, number);
        mallory.shoot(hands, span, most, shot);
    }
}
