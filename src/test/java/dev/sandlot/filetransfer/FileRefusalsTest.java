package dev.sandlot.filetransfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.errors.ApiException;
import dev.sandlot.sandbox.FileException;
import dev.sandlot.sandbox.FileException.Reason;
import dev.sandlot.sandbox.FileException.Space;
import dev.sandlot.sandbox.SandboxPath;
import org.junit.jupiter.api.Test;

class FileRefusalsTest {
    private static final long MEMORY = 512L << 20;

    private final FileRefusals refusals = new FileRefusals(SandboxPath.of("big"), "body", MEMORY);

    private String said(FileException refused) {
        ApiException told = refusals.of(refused);
        assertThat(told.headers()).containsEntry("X-File-Error", "no_space");
        return told.detail();
    }

    @Test
    void noSpaceSaysWhichLimitIsInTheWay() {
        String no = "There is no space left in the sandbox for big";

        assertThat(said(FileException.noSpace(new Space(320L << 20, true))))
                .isEqualTo(no + ": its files have 320 MiB, five eighths of its memory limit");
        assertThat(said(FileException.noSpace(new Space(256L << 20, true))))
                .isEqualTo(no + ": its files have 256 MiB, its disk limit");
        assertThat(said(FileException.noSpace(new Space(65_536, false))))
                .isEqualTo(no + ": it has 65536 files and directories, and may have no more");
        assertThat(said(new FileException(Reason.NO_SPACE, ""))).isEqualTo(no);
        assertThat(said(new FileException(Reason.NO_SPACE, "member"))).isEqualTo(no + "/member");
    }

    @Test
    void whatIsWrongIsInThatPartOfTheRequest() {
        assertThat(refusals.of(new FileException(Reason.INVALID_PATH, "")).faults())
                .allSatisfy(fault -> assertThat(fault.loc()).containsExactly("body", "path"));
        assertThat(refusals.of(new FileException(Reason.NOT_FOUND, "user")).faults())
                .allSatisfy(fault -> assertThat(fault.loc()).containsExactly("body", "user"));
    }
}
