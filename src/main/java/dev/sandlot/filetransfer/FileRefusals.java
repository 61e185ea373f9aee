package dev.sandlot.filetransfer;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import dev.sandlot.sandbox.FileException;
import dev.sandlot.sandbox.FileException.Space;
import dev.sandlot.sandbox.SandboxPath;

/**
 * What a client is told when files say no: a sentence with the path in it, and one word for machines in a header.
 *
 * @param path what the request was about; a member of an archive is named beside it
 * @param part of the request that says so
 * @param memoryBytes the sandbox's limit
 */
record FileRefusals(SandboxPath path, String part, long memoryBytes) {
    static final String HEADER = "X-File-Error";

    private static final int SHOWN_MAX = 300;
    /** What file systems in memory are measured in. */
    private static final int PAGE = 4096;

    ApiException of(FileException refused) {
        if (refused.place().equals("user")) {
            return fault("There is no such user in the sandbox", part, "user");
        }
        String name = shown(refused.place().isEmpty() ? path.text() : path.text() + "/" + refused.place());
        return switch (refused.reason()) {
            case NOT_FOUND -> told(ErrorType.NOT_FOUND, "There is no file " + name, "file_not_found");
            case DENIED ->
                told(
                        ErrorType.FORBIDDEN,
                        "The sandbox's user has no permission to do this with " + name,
                        "permission_denied");
            case IS_DIRECTORY -> conflict(name + " is a directory", "is_directory");
            case NOT_A_DIRECTORY -> conflict(name + " is not a directory, or is below what is none", "not_a_directory");
            case NOT_A_FILE -> conflict(name + " is neither a file nor a directory", "not_a_file");
            case NOT_EMPTY -> conflict(name + " is a directory that is not empty", "not_empty");
            case NO_SPACE -> conflict("There is no space left in the sandbox for " + name + bound(refused), "no_space");
            case CHANGED -> conflict(name + " is not what it was", "changed");
            case EXISTS -> told(ErrorType.ALREADY_EXISTS, name + " exists already", "exists");
            case INVALID_PATH -> fault("Leads nowhere", part, "path");
            case TOO_LARGE -> tooLarge(name + " is too large, or too deep");
            case BROKEN -> new ApiException(ErrorType.BAD_GATEWAY, "The sandbox could not do this with " + name);
        };
    }

    /** What is in the way: who raises another limit than that has no more space by it. */
    private String bound(FileException refused) {
        if (refused.space().isEmpty()) {
            return "";
        }
        Space space = refused.space().get();
        if (!space.isBytes()) {
            return ": it has " + space.most() + " files and directories, and may have no more";
        }
        boolean isOfMemory = Math.abs(memoryBytes / 8 * 5 - space.most()) < PAGE;
        return ": its files have " + (space.most() >> 20) + " MiB, "
                + (isOfMemory ? "five eighths of its memory limit" : "its disk limit");
    }

    static ApiException tooLarge(String detail) {
        return told(ErrorType.INVALID, detail, "too_large");
    }

    /** A member of an archive that is nothing to be put anywhere. */
    static ApiException badMember(String why, String name) {
        return fault("The member " + shown(name) + " " + why, "query", "path");
    }

    private static ApiException fault(String message, String part, String parameter) {
        Faults faults = new Faults();
        faults.badValue(message, part, parameter);
        try {
            faults.throwIfAny();
        } catch (ApiException validation) {
            return parameter.equals("path") ? validation.withHeader(HEADER, "invalid_path") : validation;
        }
        throw new IllegalStateException("a fault that is none");
    }

    private static ApiException conflict(String detail, String word) {
        return told(ErrorType.CONFLICT, detail, word);
    }

    private static ApiException told(ErrorType type, String detail, String word) {
        return new ApiException(type, detail).withHeader(HEADER, word);
    }

    private static String shown(String name) {
        String start = name.length() > SHOWN_MAX ? name.substring(0, SHOWN_MAX) + "…" : name;
        return start.replaceAll("\\p{Cntrl}|[\ud800-\udfff]$", "\ufffd");
    }
}
