package dev.sandlot.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Panels as a picture (SVG): those of a run beside each other, runs below each other. Both axes are logarithmic. */
final class Plot {
    private static final int WIDTH = 300;
    private static final int HEIGHT = 230;
    private static final int LEFT = 52;
    private static final int RIGHT = 12;
    private static final int TOP = 46;
    private static final int BOTTOM = 36;
    private static final int LEGEND = 26;
    private static final List<String> COLOURS = List.of("#7a7a7a", "#0b7285", "#c92a2a", "#5f3dc4");

    private final StringBuilder svg = new StringBuilder();

    private Plot() {}

    /** Of all runs that have panels; at least one has. */
    static String svg(List<Report> runs) {
        List<Report> drawn =
                runs.stream().filter(run -> !run.panels().isEmpty()).toList();
        int columns = drawn.stream().mapToInt(run -> run.panels().size()).max().orElseThrow();
        Plot plot = new Plot();
        int height = drawn.size() * HEIGHT + LEGEND;
        plot.add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"11\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>",
                columns * WIDTH, height);
        for (int row = 0; row < drawn.size(); row++) {
            Report run = drawn.get(row);
            for (int column = 0; column < run.panels().size(); column++) {
                plot.panel(run.title(), run.panels().get(column), column * WIDTH, row * HEIGHT);
            }
        }
        plot.legend(drawn.get(0).panels().get(0), height - 10);
        plot.add("</svg>");
        return plot.svg.toString();
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private void panel(String run, Panel panel, int left, int top) {
        Axis across = Axis.over(panel.clients(), left + LEFT, left + WIDTH - RIGHT);
        List<Double> all = panel.series().stream()
                .flatMap(series -> series.values().stream())
                .toList();
        Axis up = Axis.over(all, top + HEIGHT - BOTTOM, top + TOP);
        add("<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>", left + LEFT, top + 18, run);
        add("<text x=\"%d\" y=\"%d\">%s</text>", left + LEFT, top + 34, panel.title());
        for (double tick : up.ticks()) {
            add(
                    "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    left + LEFT, up.at(tick), left + WIDTH - RIGHT, left + LEFT - 5, up.at(tick) + 4, label(tick));
        }
        for (double clients : panel.clients()) {
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    across.at(clients), top + HEIGHT - BOTTOM + 15, label(clients));
        }
        add("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">clients</text>", left + WIDTH - RIGHT, top + HEIGHT - 8);
        for (int i = 0; i < panel.series().size(); i++) {
            line(panel, i, across, up);
        }
    }

    private void line(Panel panel, int index, Axis across, Axis up) {
        String colour = COLOURS.get(index % COLOURS.size());
        List<Double> values = panel.series().get(index).values();
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            double x = across.at(panel.clients().get(i));
            double y = up.at(values.get(i));
            points.append(String.format(Locale.ROOT, "%s%.1f,%.1f", i == 0 ? "" : " ", x, y));
            add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\"/>", x, y, colour);
        }
        add("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\"/>", points, colour);
    }

    private void legend(Panel panel, int y) {
        for (int i = 0; i < panel.series().size(); i++) {
            int x = LEFT + i * 130;
            add(
                    "<rect x=\"%d\" y=\"%d\" width=\"18\" height=\"4\" fill=\"%s\"/><text x=\"%d\" y=\"%d\">%s</text>",
                    x,
                    y - 6,
                    COLOURS.get(i % COLOURS.size()),
                    x + 24,
                    y,
                    panel.series().get(i).name());
        }
    }

    private static String label(double value) {
        String format = value >= 1000 ? "%.0fk" : value < 1 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, format, value >= 1000 ? value / 1000 : value);
    }

    /** Logarithmic: where on the picture a value is. */
    record Axis(double least, double most, double from, double to) {
        /** From the power of ten below all to a little above all, or from least to most where they are equal. */
        static Axis over(List<Double> values, double from, double to) {
            DoubleStream logs = values.stream().mapToDouble(Math::log10);
            double[] sorted = logs.sorted().toArray();
            double least = sorted[0];
            double most = Math.max(sorted[sorted.length - 1], least + 0.1);
            double room = 0.05 * (most - least);
            return new Axis(least - room, most + room, from, to);
        }

        double at(double value) {
            return from + (Math.log10(value) - least) / (most - least) * (to - from);
        }

        /** 1, 2 and 5 times the powers of ten that are on it; fewer where they are many. */
        List<Double> ticks() {
            double[] steps = most - least > 1.5 ? new double[] {1} : new double[] {1, 2, 5};
            List<Double> ticks = new ArrayList<>();
            for (int power = (int) Math.floor(least); power <= most; power++) {
                for (double step : steps) {
                    double tick = step * Math.pow(10, power);
                    if (Math.log10(tick) >= least && Math.log10(tick) <= most) {
                        ticks.add(tick);
                    }
                }
            }
            return ticks;
        }
    }
}
