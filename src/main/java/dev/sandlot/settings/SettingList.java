package dev.sandlot.settings;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All that an operator may say. */
public final class SettingList {
    private static final String OURS = "SANDLOT_";
    /** The most strangers that are told: whoever gives a family of names our prefix need not read each of them. */
    private static final int STRANGERS_MAX = 20;

    private final Map<String, Setting<?>> byVariable = new TreeMap<>();

    private SettingList() {}

    /** The constants of these types that are settings. */
    public static SettingList of(Collection<? extends Class<?>> types) {
        SettingList list = new SettingList();
        for (Class<?> type : types) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getType() == Setting.class) {
                    list.add(constant(field));
                }
            }
        }
        return list;
    }

    private static Setting<?> constant(Field field) {
        try {
            field.setAccessible(true);
            return (Setting<?>) field.get(null);
        } catch (IllegalAccessException closed) {
            throw new IllegalStateException(closed);
        }
    }

    private void add(Setting<?> setting) {
        if (byVariable.putIfAbsent(setting.variable(), setting) != null) {
            throw new IllegalStateException("two settings are called " + setting.variable());
        }
    }

    public List<Setting<?>> all() {
        return List.copyOf(byVariable.values());
    }

    /** A sentence for each value that is not taken. */
    public List<String> refusals(Settings settings) {
        List<String> refusals = new ArrayList<>();
        for (Setting<?> setting : byVariable.values()) {
            try {
                settings.get(setting);
            } catch (IllegalArgumentException refused) {
                refusals.add(refused.getMessage());
            }
        }
        return refusals;
    }

    /** The names with our prefix that nobody reads, each with the one that may be meant. */
    public List<String> strangers(Settings settings) {
        return settings.variables().stream()
                .filter(name -> name.startsWith(OURS) && !byVariable.containsKey(name))
                .limit(STRANGERS_MAX)
                .map(name -> name + meant(name).map(" (is it %s?)"::formatted).orElse(""))
                .toList();
    }

    private Optional<String> meant(String name) {
        return Spelling.nearest(name, byVariable.keySet());
    }
}
