package dev.sandlot.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.NodeList;

/** From what was measured to what is read. */
class ReportTest {
    private static Report sample() {
        Report report = new Report("17.0.1", "2 × a processor.");
        report.add(new Table.Builder("Times", "clients", "p50", "rate")
                .row("1", 1.234, 1706.4)
                .row("8", Double.NaN, -12.34)
                .build());
        report.add(new Panel(
                "median, ms",
                List.of(1.0, 8.0, 32.0),
                List.of(
                        new Panel.Series("floor", List.of(1.0, 4.0, 16.0)),
                        new Panel.Series("HTTP", List.of(3.0, 9.0, 40.0)))));
        report.note("Something was left out.");
        return report;
    }

    @ParameterizedTest
    @CsvSource({"0.036,0.04", "1.23456,1.23", "9.999,10.0", "99.96,100", "'1234567.8','1,234,568'", "-0.5,-0.50"})
    void figuresHaveTheDigitsThatCount(double figure, String text) {
        assertThat(Table.text(figure)).isEqualTo(text);
    }

    @Test
    void aTableIsMarkdown() {
        assertThat(sample().markdown())
                .startsWith("### Java 17.0.1\n\n2 × a processor.\n\n**Times**\n")
                .contains("| clients | p50 | rate |\n|---|---|---|\n| 1 | 1.23 | 1,706 |\n| 8 | – | -12.3 |\n")
                .endsWith("- Something was left out.");
    }

    @Test
    void aRowFitsItsColumns() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Table.Builder("Times", "clients", "p50")
                        .row("1", 1, 2)
                        .build());
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Report report = sample();

        Report read = Report.parse(report.json().toString());

        assertThat(read.json()).isEqualTo(report.json());
        assertThat(read.markdown()).isEqualTo(report.markdown());
    }

    @Test
    void thePlotHasALineForEachWayAndIsWithinItsFrame() throws Exception {
        String svg = Plot.svg(List.of(sample(), new Report("25", "nothing drawn"), sample()));

        NodeList lines = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
                .getElementsByTagName("polyline");
        assertThat(lines.getLength()).isEqualTo(2 * 2);
        for (int i = 0; i < lines.getLength(); i++) {
            String points = lines.item(i).getAttributes().getNamedItem("points").getNodeValue();
            assertThat(points.split(" ", -1)).hasSize(3).allSatisfy(point -> {
                String[] place = point.split(",", -1);
                assertThat(Double.parseDouble(place[0])).isBetween(0.0, 300.0);
                assertThat(Double.parseDouble(place[1])).isBetween(0.0, 486.0);
            });
        }
    }

    @Test
    void anAxisKeepsTheOrderAndRatiosOfWhatIsOnIt() {
        Plot.Axis axis = Plot.Axis.over(List.of(1.0, 10.0, 100.0), 0, 100);

        assertThat(axis.at(10) - axis.at(1)).isCloseTo(axis.at(100) - axis.at(10), within(1e-9));
        assertThat(axis.at(1)).isBetween(0.0, axis.at(10));
        assertThat(axis.ticks()).containsExactly(1.0, 10.0, 100.0);
        assertThat(Plot.Axis.over(List.of(3.0), 0, 100).at(3)).isBetween(0.0, 100.0);
    }

    private static Offset<Double> within(double most) {
        return Offset.offset(most);
    }

    @Test
    void onlyTheFiguresOfADocumentAreReplaced() {
        String document = "before\n" + Document.BEGIN + "\nold\n" + Document.END + "\nafter\n";

        String once = Document.with(document, "new");

        assertThat(once).isEqualTo("before\n" + Document.BEGIN + "\n\nnew\n\n" + Document.END + "\nafter\n");
        assertThat(Document.with(once, "new")).isEqualTo(once);
        assertThatIllegalArgumentException().isThrownBy(() -> Document.with("nothing", "new"));
    }
}
