package dev.sandlot.admission;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A client's version: one to four numbers; missing ones count as 0. */
record Version(List<Integer> numbers) implements Comparable<Version> {
    Version {
        numbers = List.copyOf(numbers);
    }

    /** Throws NumberFormatException for anything but numbers with dots between them. */
    static Version parse(String text) {
        return new Version(
                Arrays.stream(text.split("\\.", -1)).map(Integer::valueOf).toList());
    }

    private int number(int index) {
        return index < numbers.size() ? numbers.get(index) : 0;
    }

    @Override
    public int compareTo(Version other) {
        int most = Math.max(numbers.size(), other.numbers.size());
        for (int i = 0; i < most; i++) {
            int difference = Integer.compare(number(i), other.number(i));
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    @Override
    public String toString() {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining("."));
    }
}
