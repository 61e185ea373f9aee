"""Tries the client against a running server, which SANDLOT_SERVER, SANDLOT_WORKSPACE and SANDLOT_KEY name."""

import os
import tarfile
import tempfile
import threading
import unittest
from pathlib import Path

from sandlot import INPUT_PIECE, TIMED_OUT, Environment, Sandlot, SandlotError


class ClientTest(unittest.TestCase):
    environment: Environment

    @classmethod
    def setUpClass(cls):
        server = Sandlot.from_variables()
        server.publish("smoke", "1.0.0", {"instruction": "None", "verification": {}, "env": {"GREETING": "hello"}})
        cls.environment = server.create("smoke@1.0.0", timeout_sec=900)
        cls.addClassCleanup(cls.environment.delete)
        cls.environment.wait_ready()

    def test_streams_and_the_exit_code_are_apart(self):
        result = self.environment.run('echo "$GREETING"; echo "é" >&2; exit 7')

        self.assertEqual((result.exit_code, result.stdout, result.stderr), (7, "hello\n", "é\n"))
        self.assertFalse(result.timed_out or result.is_cut)

    def test_arguments_reach_a_program_as_they_are(self):
        self.assertEqual(self.environment.run(["printf", "%s|", "$HOME", "a b", "'"]).stdout, "$HOME|a b|'|")

    def test_input_may_be_bytes_and_longer_than_a_request(self):
        long = bytes(range(256)) * (3 * INPUT_PIECE // 256) + b"end"

        self.assertEqual(self.environment.run(["wc", "-c"], long).stdout.strip(), str(len(long)))
        self.assertEqual(self.environment.run(["tail", "-c", "3"], long).stdout, "end")
        self.assertEqual(self.environment.run(["true"], long).exit_code, 0)
        self.assertEqual(self.environment.run(["od", "-An", "-tx1"], b"\xff\x00").stdout.strip(), "ff 00")

    def test_of_a_long_output_the_end_is_kept(self):
        result = self.environment.begin("seq 300000; echo last").wait(keep=1000)

        self.assertTrue(result.is_cut and result.stdout.endswith("300000\nlast\n"))
        self.assertEqual(len(result.stdout), 1000)

    def test_a_timeout_keeps_what_was_printed(self):
        result = self.environment.run("echo begun; sleep 60", timeout=1)

        self.assertEqual((result.exit_code, result.stdout, result.timed_out), (TIMED_OUT, "begun\n", True))

    def test_who_kills_it_ends_the_wait(self):
        command = self.environment.begin("echo begun; sleep 600")
        threading.Timer(0.2, command.kill).start()

        self.assertEqual(command.wait().exit_code, 137)

    def test_a_user_that_is_not_there_is_told(self):
        with self.assertRaises(SandlotError) as told:
            self.environment.run(["true"], user="nobody-knows")

        self.assertEqual((told.exception.status, told.exception.members), (422, {"user"}))

    def test_files_go_both_ways_as_they_are(self):
        content = os.urandom(1 << 20)
        self.environment.write("new/a file +%", content, mode=0o600)
        with tempfile.TemporaryFile() as fetched:
            self.environment.fetch("new/a file +%", fetched)
            fetched.seek(0)
            self.assertEqual(fetched.read(), content)

        self.assertEqual(self.environment.read("new/a file +%", most=len(content)), content)
        self.assertEqual(self.environment.kind("new"), "directory")
        self.assertEqual(self.environment.kind("new/a file +%"), "file")
        self.assertIsNone(self.environment.kind("new/nothing/there"))
        self.assertEqual(self.environment.run(["stat", "-c", "%a", "new/a file +%"]).stdout, "600\n")

    def test_what_is_wrong_with_a_file_is_the_error_of_python(self):
        with self.assertRaisesRegex(FileNotFoundError, "missing"):
            self.environment.read("missing")
        with self.assertRaisesRegex(IsADirectoryError, "/etc"):
            self.environment.write("/etc", b"")
        with self.assertRaisesRegex(PermissionError, "/root/secret"):
            self.environment.write("/root/secret", bytes(8 << 20), user="nobody")
        self.environment.write("large", b"12345")
        with self.assertRaisesRegex(OSError, "large"):
            self.environment.read("large", most=4)
        for no_path in ("", "n/" * 3000):
            with self.assertRaisesRegex(OSError, "Invalid argument"):
                self.environment.kind(no_path)

    def test_trees_go_both_ways(self):
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "source"), Path(folder, "target")
            (source / "deep").mkdir(parents=True)
            (source / "deep" / "run").write_text("#!/bin/sh\necho ran\n")
            (source / "deep" / "run").chmod(0o755)
            (source / "link").symlink_to("deep/run")
            os.mkfifo(source / "pipe")
            self.environment.upload(source, "tree")
            self.assertEqual(self.environment.run("tree/link && ls tree").stdout, "ran\ndeep\nlink\n")

            self.environment.run("ln -s /etc/passwd tree/outside; ln -s ../../.. tree/above")
            if not hasattr(tarfile, "data_filter"):
                self.assertRaises(NotImplementedError, self.environment.download, "tree", target)
                return
            self.environment.download("tree", target)
            self.assertEqual(sorted(os.listdir(target)), ["deep", "link"])
            self.assertEqual((target / "link").read_text(), "#!/bin/sh\necho ran\n")
            self.assertTrue(os.access(target / "deep" / "run", os.X_OK))


if __name__ == "__main__":
    unittest.main()
