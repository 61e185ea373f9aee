package dev.sandlot;

import jakarta.inject.Inject;
import java.lang.reflect.Field;
import java.util.Arrays;

/** Does for a class with injected fields what the container does. */
public final class Injection {
    private Injection() {}

    /** Gives each injected field the first of the beans that fits; fails where none does. */
    public static <T> T into(T target, Object... beans) {
        for (Field field : target.getClass().getDeclaredFields()) {
            if (field.isAnnotationPresent(Inject.class)) {
                set(field, target, beans);
            }
        }
        return target;
    }

    private static void set(Field field, Object target, Object... beans) {
        Object bean = Arrays.stream(beans)
                .filter(field.getType()::isInstance)
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is given for " + field));
        try {
            field.setAccessible(true);
            field.set(target, bean);
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
