package dev.sandlot.usage;

import jakarta.json.bind.annotation.JsonbNillable;
import org.jspecify.annotations.Nullable;

/** How much is held now, and the most that may be; null where there is no bound. */
@JsonbNillable
public record AmountView(long used, @Nullable Long limit) {
    static AmountView of(long used, long limit) {
        return new AmountView(used, limit == Long.MAX_VALUE ? null : Long.valueOf(limit));
    }
}
