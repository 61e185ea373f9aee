package dev.sandlot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The filter of system calls, on x86_64: what is newer than it, what is harmless, and programs of 32 bits. */
@Tag("escape")
public abstract class SystemCallSuite extends SandboxSuite {
    private static final int ORIGIN = 0x08048000;
    private static final int ELF_HEADER = 52;
    private static final int CODE = ELF_HEADER + 32;
    private static final String SAID = "32 bits\n";

    @BeforeEach
    void requireHostsKernel() {
        assumeHostsKernel("gVisor answers by itself");
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the numbers are those of x86_64");
    }

    /** The errno of that call, or "done". */
    private String call(String arguments) throws SandboxException {
        assumeTrue(run("perl -e 1").outcome().equals(exited(0)), "perl is not installed");
        return run("perl -e '$r = syscall(" + arguments + "); print $r < 0 ? $! + 0 : \"done\"'")
                .output();
    }

    /** A library that finds them missing goes the older way; refused, it fails. x32's, too, are numbers of nothing. */
    @ParameterizedTest
    @ValueSource(longs = {467, 468, 469, 470, 471, 500, 1000, 0x40000000, 0x40000014})
    void whatIsNewerThanTheTableIsMissing(long number) throws SandboxException {
        assertThat(call(number + ", 0, 0, 0, 0, 0, 0")).isEqualTo("38");
    }

    /** Allowed, whatever the headers knew of the machine that built the filter: the kernel's own answer, EFAULT or so. */
    @ParameterizedTest
    @ValueSource(ints = {335, 451, 452, 454, 455, 456, 457, 458, 462, 463, 464, 465, 466})
    void whatIsNewAndInTheTableIsLeftToTheKernel(int number) throws SandboxException {
        // uretprobe(2) is not to be called: SIGILL is the kernel's answer.
        assertThat(call(number + ", -1, 0, 0, 0, 0, 0")).isNotEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "setarch linux32 uname -m | i686",
                "setarch -R echo fixed | fixed",
                "setarch --uname-2.6 uname -r | 2.6.",
                "setarch linux32 -R uname -m | i686"
            })
    void anArchitectureMayBeSet(String command, String beginning) throws SandboxException {
        assumeTrue(run("command -v setarch").outcome().equals(exited(0)), "setarch is not installed");

        assertThat(run(command).output()).startsWith(beginning);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x100000", "0x400000", "0x440000", "0x1", "0x6", "0x400008"})
    void aPersonalityThatTurnsProtectionsOffIsRefused(String personality) throws SandboxException {
        assertThat(call("135, " + personality)).isEqualTo("1");
    }

    @Test
    void theClockIsToldAndNotSet() throws SandboxException {
        assertThat(call("159, my $t = pack(q(x208))")).isEqualTo("done");
        assertThat(call("305, 0, my $t = pack(q(x208))")).isEqualTo("done");
        assertThat(call("159, my $t = pack(q(Lx204), 1)")).isEqualTo("1");
        assertThat(call("159, my $t = pack(q(Lx204), 0x4000)")).isEqualTo("1");
        assertThat(call("305, 0, my $t = pack(q(Lx204), 2)")).isEqualTo("1");
    }

    @Test
    void aProgramOf32BitsRuns() throws Exception {
        byte[] program = saying();
        assumeKernelRuns(program);

        Ran ran = execute(program);

        assertThat(ran.output()).isEqualTo(SAID);
        assertThat(ran.outcome()).isEqualTo(exited(0));
    }

    /** Its own numbers for the same calls: what is refused to others is refused to it. EPERM 1, ENOSYS 38, EAFNOSUPPORT 97. */
    @ParameterizedTest
    @CsvSource({
        "mount, 21, 0, 0, 1",
        "ptrace of PID 1, 26, 16, 1, 1",
        "stime, 25, 0, 0, 1",
        "reboot, 88, 0, 0, 1",
        "ioperm, 101, 0, 0, 1",
        "socketcall socket, 102, 1, 0, 97",
        "socketcall socketpair, 102, 8, 0, 97",
        "clone, 120, 0x10000011, 0, 1",
        "init_module, 128, 0, 0, 1",
        "personality, 136, 0x400000, 0, 1",
        "vm86, 166, 1, 0, 1",
        "io_setup, 245, 1, 0, 38",
        "keyctl, 288, 0, 0, 1",
        "unshare, 310, 0x10000000, 0, 1",
        "open_by_handle_at, 342, 0, 0, 1",
        "bpf, 357, 0, 0, 1",
        "socket of AF_VSOCK, 359, 40, 1, 97",
        "socketpair of AF_TIPC, 360, 30, 1, 97",
        "userfaultfd, 374, 0, 0, 1",
        "io_uring_setup, 425, 0, 0, 1",
        "clone3, 435, 0, 0, 38",
        "listns, 470, 0, 0, 38",
        "a number of nothing, 1000, 0, 0, 38"
    })
    void aProgramOf32BitsIsRefusedTheSame(String name, String number, String first, String second, int error)
            throws Exception {
        assumeKernelRuns(saying());

        Ran ran = execute(calling(Integer.decode(number), Integer.decode(first), Integer.decode(second)));

        assertThat(ran.outcome()).as(name).isEqualTo(exited(error));
    }

    private static void assumeKernelRuns(byte[] program) throws Exception {
        Path file = Files.createTempFile(
                "program", "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            Files.write(file, program);
            Process process = new ProcessBuilder(file.toString()).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assumeTrue(said.equals(SAID), "the host's kernel runs no programs of 32 bits");
        } catch (IOException not) {
            abort("the host's kernel runs no programs of 32 bits");
        } finally {
            Files.delete(file);
        }
    }

    private Ran execute(byte[] program) throws SandboxException {
        StringBuilder octal = new StringBuilder();
        for (byte one : program) {
            octal.append('\\').append(String.format("%03o", one & 0xff));
        }
        return run("printf '" + octal + "' > program && chmod 0755 program && exec ./program");
    }

    /** write(1, SAID); exit(0) */
    private static byte[] saying() {
        ByteBuffer code = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        load(code, 4, 1, ORIGIN + CODE + 34, SAID.length());
        code.put((byte) 0xcd).put((byte) 0x80); // int $0x80
        exit(code, new byte[] {0x31, (byte) 0xdb, (byte) 0x90, (byte) 0x90}); // xor %ebx, %ebx; nop; nop
        code.position(34).put(SAID.getBytes(StandardCharsets.US_ASCII));
        return program(code);
    }

    /** Exits with the error that the call gives. */
    private static byte[] calling(int number, int first, int second) {
        ByteBuffer code = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        load(code, number, first, second, 0);
        code.put((byte) 0xcd).put((byte) 0x80);
        exit(code, new byte[] {(byte) 0xf7, (byte) 0xd8, (byte) 0x89, (byte) 0xc3}); // neg %eax; mov %eax, %ebx
        return program(code);
    }

    /** mov to %eax, %ebx, %ecx, %edx */
    private static void load(ByteBuffer code, int eax, int ebx, int ecx, int edx) {
        code.put((byte) 0xb8).putInt(eax).put((byte) 0xbb).putInt(ebx);
        code.put((byte) 0xb9).putInt(ecx).put((byte) 0xba).putInt(edx);
    }

    private static void exit(ByteBuffer code, byte[] before) {
        code.put(before).put((byte) 0xb8).putInt(1).put((byte) 0xcd).put((byte) 0x80);
    }

    /** An ELF file of i386 with one segment, which is all of it. */
    private static byte[] program(ByteBuffer code) {
        int length = CODE + code.capacity();
        ByteBuffer header = ByteBuffer.allocate(CODE).order(ByteOrder.LITTLE_ENDIAN);
        header.put(new byte[] {0x7f, 'E', 'L', 'F', 1, 1, 1}).position(16);
        header.putShort((short) 2).putShort((short) 3).putInt(1).putInt(ORIGIN + CODE);
        header.putInt(ELF_HEADER).putInt(0).putInt(0);
        header.putShort((short) ELF_HEADER).putShort((short) 32).putShort((short) 1);
        header.position(ELF_HEADER);
        header.putInt(1).putInt(0).putInt(ORIGIN).putInt(ORIGIN);
        header.putInt(length).putInt(length).putInt(5).putInt(0x1000);
        byte[] all = new byte[length];
        header.position(0).get(all, 0, CODE);
        code.position(0).get(all, CODE, code.capacity());
        return all;
    }
}
