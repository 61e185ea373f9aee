package dev.sandlot.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;

class ColumnsTest {
    private record Size(int width, int height) {}

    private record Picture(String title, Size size, Instant takenAt) {}

    private static final Columns<Size> SIZE = Columns.of("width", Size::width).and("height", Size::height);
    private static final Columns<Picture> PICTURE = Columns.of("title", Picture::title)
            .and(SIZE.in(Picture::size))
            .and("taken_at", Picture::takenAt)
            .and("note", picture -> null);
    private static final Picture SUNSET = new Picture("sunset", new Size(3, 2), Instant.EPOCH);

    @Test
    void textAndValuesHaveTheSameOrder() {
        assertThat(PICTURE.insertInto("pictures"))
                .isEqualTo("insert into pictures (title, width, height, taken_at, note) values (?, ?, ?, ?, ?)");
        assertThat(PICTURE.values(SUNSET))
                .containsExactly("sunset", 3, 2, OffsetDateTime.parse("1970-01-01T00:00:00Z"), null);
        assertThat(SIZE.assignments()).isEqualTo("width = ?, height = ?");
    }

    @Test
    void someOfThemKeepTheirOrder() {
        Columns<Picture> some = PICTURE.only("height", "title");

        assertThat(some.names()).isEqualTo("title, height");
        assertThat(some.values(SUNSET)).containsExactly("sunset", 2);
    }

    @Test
    void aColumnThatIsNotThereOrStandsTwiceIsAMistake() {
        assertThatIllegalArgumentException().isThrownBy(() -> PICTURE.only("title", "depth"));
        assertThatIllegalArgumentException().isThrownBy(() -> PICTURE.and("title", Picture::size));
    }
}
