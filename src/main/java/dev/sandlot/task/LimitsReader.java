package dev.sandlot.task;

import dev.sandlot.http.Members;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a task allows its sandbox. The bounds here are those of any host; what an operator allows comes later. */
final class LimitsReader {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})\\s*([KMGT]i?)?B?");
    private static final String UNITS = "KMGT";
    private static final double CPU_LEAST = 0.01;
    private static final int TEXT_MAX = 32;

    private final Members limits;

    LimitsReader(Members limits) {
        this.limits = limits;
    }

    TaskLimits read() {
        return new TaskLimits(
                size("memory", TaskLimits.BYTES_MAX),
                cpu(),
                size("pids", TaskLimits.PIDS_MAX),
                size("disk", TaskLimits.BYTES_MAX),
                size("open_files", TaskLimits.OPEN_FILES_MAX));
    }

    /** A count, or bytes with a binary unit: 512Mi. */
    private @Nullable Long size(String name, long most) {
        String text = limits.text(name, TEXT_MAX).orElse(null);
        if (text == null) {
            return null;
        }
        Matcher form = SIZE.matcher(text);
        if (!form.matches()) {
            limits.badValue("Must be a number, such as 256 or 512Mi", name);
            return null;
        }
        long number = Long.parseLong(form.group(1));
        int unit = form.group(2) == null ? 0 : UNITS.indexOf(form.group(2).charAt(0)) + 1;
        if (number == 0 || number > (most >> (10 * unit))) {
            limits.badValue("Must be 1 to " + most, name);
            return null;
        }
        return number << (10 * unit);
    }

    private @Nullable Long cpu() {
        Object value = limits.value("cpu");
        if (value == null) {
            return null;
        }
        double cpu = value instanceof Number number ? number.doubleValue() : 0;
        if (!(cpu >= CPU_LEAST && cpu * 1000 <= TaskLimits.CPU_MILLIS_MAX)) {
            limits.badValue("Must be a number of processors, such as 0.5", "cpu");
            return null;
        }
        return Math.round(cpu * 1000);
    }
}
