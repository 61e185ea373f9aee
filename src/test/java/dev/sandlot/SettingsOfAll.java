package dev.sandlot;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sandlot.settings.Configured;
import dev.sandlot.settings.SettingList;

/** The list of settings as a server has it, found without one. */
final class SettingsOfAll {
    private SettingsOfAll() {}

    static SettingList list() {
        return SettingList.of(new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.sandlot").stream()
                        .filter(type -> type.isAssignableTo(Configured.class) && !type.isInterface())
                        .map(JavaClass::reflect)
                        .toList());
    }
}
