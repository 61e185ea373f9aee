"""A client of Sandlot in nothing but Python's standard library: environments, and commands and files in them.

    server = Sandlot.from_variables()
    environment = server.create("shell")
    environment.wait_ready()
    environment.write("notes.txt", b"hello")
    print(environment.run(["cat", "notes.txt"]).stdout)
    environment.delete()

Every call holds its thread until it is done; several threads may use the same environment at once. What the server
refuses is a `SandlotError`, what is wrong with a file is the `OSError` that Python would raise for one here.
"""

from __future__ import annotations

import base64
import errno
import gzip
import http.client
import json
import os
import shutil
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from urllib.parse import quote, urlencode

# Among events the server says something every ten seconds, and a file that stands still breaks off in a minute.
SILENCE_MAX = 90
# A task's own script may take five minutes before its environment is there.
MAKING_MAX = 400
# A request that is safe to repeat is sent again after these pauses.
PAUSES = (0.2, 1, 4, 10)
# For so long a command is looked for whose server is not to be reached.
PATIENCE = 60
# What one request takes of a command's input.
INPUT_PIECE = 2 << 20
# So much of an answer that is of no use is read at once.
READ_PIECE = 64 << 10
# Who waits for one answer waits no longer: beyond it a timeout must fit into what is left of the environment.
PLAIN_TIMEOUT_MAX = 600
# Of each stream of a command so much is kept by default.
KEPT_OUTPUT = 10 << 20
TIMED_OUT = 124

FILE_ERRORS = {
    "file_not_found": errno.ENOENT,
    "permission_denied": errno.EACCES,
    "is_directory": errno.EISDIR,
    "not_a_directory": errno.ENOTDIR,
    "not_a_file": errno.EINVAL,
    "not_empty": errno.ENOTEMPTY,
    "no_space": errno.ENOSPC,
    "exists": errno.EEXIST,
    "changed": errno.ESTALE,
    "too_large": errno.EFBIG,
    "invalid_path": errno.EINVAL,
}


class SandlotError(Exception):
    """What the server refused, or could not do: its status, its sentence, and the members that were at fault."""

    def __init__(self, envelope: dict[str, Any], file_error: str | None = None):
        super().__init__(f"{envelope['detail']} ({envelope['code']})")
        self.status: int = envelope["code"]
        self.members = {str(fault["loc"][-1]) for fault in envelope.get("errors", [])}
        self.file_error = file_error

    @classmethod
    def of(cls, answer: urllib.error.HTTPError) -> SandlotError:
        try:
            with answer:
                return cls(json.loads(answer.read()), answer.headers["X-File-Error"])
        except (KeyError, TypeError, ValueError):
            # It is of somebody on the way.
            return cls({"code": answer.code, "detail": answer.reason})


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Nothing of the API redirects, and a secret goes to its own server alone."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Sandlot:
    """A workspace of a server, and the secret to come in with: an API key, or a token."""

    def __init__(self, server: str, workspace: str, secret: str):
        self.org, _, name = workspace.partition("/")
        self._root = server.rstrip("/") + "/api/v1"
        self._workspace = f"/org/{self.org}/ws/{name}"
        is_key = secret.startswith("dn_key_")
        self._credential = {"X-API-Key": secret} if is_key else {"Authorization": f"Bearer {secret}"}
        self._opener = urllib.request.build_opener(_NoRedirects)

    @classmethod
    def from_variables(cls) -> Sandlot:
        """As the command line is told: by SANDLOT_SERVER, SANDLOT_WORKSPACE (org/workspace) and SANDLOT_KEY."""
        return cls(*(os.environ[name] for name in ("SANDLOT_SERVER", "SANDLOT_WORKSPACE", "SANDLOT_KEY")))

    def open(
        self,
        method: str,
        path: str,
        body: bytes | BinaryIO | None = None,
        headers: dict[str, str] | None = None,
        silence: float = SILENCE_MAX,
    ) -> http.client.HTTPResponse:
        """The answer to a request, for its caller to read and close. Sent again when it is lost, if that is safe."""
        headers = headers or {}
        content = {"Content-Type": "application/octet-stream"}
        request = urllib.request.Request(
            self._root + path, body, {**self._credential, **content, **headers}, method=method
        )
        is_repeatable = method != "POST" or "Idempotency-Key" in headers
        for pause in (*PAUSES, None):
            try:
                return self._opener.open(request, timeout=silence)
            except urllib.error.HTTPError as answer:
                refused = SandlotError.of(answer)
                # Nothing has begun: there was no room for it.
                if refused.status != http.client.TOO_MANY_REQUESTS or pause is None:
                    raise refused from None
            except (OSError, http.client.HTTPException):
                if not is_repeatable or pause is None:
                    raise
            time.sleep(pause)
            if hasattr(body, "seek"):
                body.seek(0)
        raise AssertionError("the last pause is none")

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """What the server answers as JSON to such a body; None when it answers nothing."""
        content = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **(headers or {})}
        with self.open(method, path, content, headers, MAKING_MAX) as answer:
            return json.loads(answer.read() or "null")

    def publish(self, name: str, version: str, definition: dict[str, Any]) -> None:
        """Makes a task of the organization. The same one again changes nothing."""
        self.call("PUT", f"/org/{self.org}/tasks/{name}/{version}", definition)

    def create(self, task_ref: str, **members: Any) -> Environment:
        """Has an environment made, with members of provision; `Environment.is_ready` says when it can be used."""
        body = {"task_ref": task_ref, **{name: value for name, value in members.items() if value is not None}}
        path = self._workspace + "/environments"
        return Environment(self, path, self.call("POST", path, body, {"Idempotency-Key": uuid.uuid4().hex}))


class Environment:
    """An environment that was made here. Whatever becomes of its maker, it ends when its time is over."""

    def __init__(self, server: Sandlot, path: str, made: dict[str, Any]):
        self.id: str = made["id"]
        self._server = server
        self._path = f"{path}/{self.id}"
        self._token = {"X-Environment-Token": made["execute_token"]}
        lifetime = datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"])
        self._ends = time.monotonic() + lifetime.total_seconds()

    def open(self, method: str, below: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        return self._server.open(method, self._path + below, body, {**self._token, **(headers or {})})

    def call(self, method: str, below: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        return self._server.call(method, self._path + below, body, {**self._token, **(headers or {})})

    def is_ready(self) -> bool:
        """Whether it can be used by now. Throws when nothing came of it."""
        status = self.call("GET", "/status")
        if status["state"] in ("building", "provisioning"):
            return False
        if status["state"] != "ready":
            raise SandlotError({"code": 409, "detail": f"The environment is {status['state']}: {status['error']}"})
        return True

    def wait_ready(self) -> None:
        while not self.is_ready():
            time.sleep(1)

    def delete(self) -> None:
        self.call("DELETE", "")

    def begin(
        self, command: str | list[str], input: bytes = b"", timeout: float | None = None, **members: Any
    ) -> Command:
        """Begins shell text, or a program with its arguments, with members of execute. Without a timeout it ends with
        its environment."""
        body = {name: value for name, value in members.items() if value is not None}
        body["command" if isinstance(command, str) else "argv"] = command
        body |= {"streams": "split", "timeout_sec": self._timeout(timeout)}
        is_long = len(input) > INPUT_PIECE
        body |= {"stdin_open": True} if is_long else {"stdin_base64": base64.b64encode(input).decode()}
        headers = {"Content-Type": "application/json", "Prefer": "respond-async", "Idempotency-Key": uuid.uuid4().hex}
        with self.open("POST", "/execute", json.dumps(body).encode(), headers) as answer:
            return Command(self, answer.headers["X-Execution-Id"], input if is_long else b"")

    def _timeout(self, wanted: float | None) -> int:
        most = max(PLAIN_TIMEOUT_MAX, int(self._ends - time.monotonic()) - 10)
        return most if wanted is None else max(1, min(round(wanted), most))

    def run(self, command: str | list[str], input: bytes = b"", timeout: float | None = None, **members: Any) -> Result:
        return self.begin(command, input, timeout, **members).wait()

    @contextmanager
    def _files(
        self, method: str, below: str, path: str, body: Any = None, accept: str = "*/*", **query: Any
    ) -> Iterator[Any]:
        """The answer of an operation on files; what is wrong with the file is the OSError for that."""
        asked = {"path": path, **{name: value for name, value in query.items() if value is not None}}
        headers = {"Accept": accept}
        if body is not None and not isinstance(body, bytes):
            headers["Content-Length"] = str(body.seek(0, os.SEEK_END))
            body.seek(0)
        if below == "/archive":
            headers["Content-Type"] = "application/x-tar"
        try:
            address = f"{below}?{urlencode(asked, quote_via=quote, errors='surrogateescape')}"
            with self.open(method, address, body, headers) as answer:
                yield answer
        except SandlotError as refused:
            number = FILE_ERRORS.get(refused.file_error or "")
            if refused.members == {"path"}:
                # Of none or of too many bytes.
                number = errno.EINVAL
            if number is None:
                raise
            raise OSError(number, os.strerror(number), path) from refused

    def read(self, path: str, most: int | None = None, user: str | None = None) -> bytes:
        """A file's bytes; throws before any of them comes when they are more than `most`."""
        with self._files("GET", "/files", path, user=user) as answer:
            if most is not None and answer.length > most:
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), path)
            return answer.read()

    def fetch(self, path: str, target: BinaryIO, user: str | None = None) -> None:
        """Writes a file's bytes to one here, as they come."""
        with self._files("GET", "/files", path, user=user) as answer:
            missing, before = answer.length, target.tell()
            shutil.copyfileobj(answer, target)
            if target.tell() - before != missing:
                raise ConnectionError(f"{path} broke off")

    def write(self, path: str, content: bytes | BinaryIO, mode: int | None = None, user: str | None = None) -> None:
        """Puts a file there, whole or not at all; makes the directories on the way."""
        with self._files("PUT", "/files", path, content, mode=None if mode is None else f"{mode:04o}", user=user):
            pass

    def kind(self, path: str, user: str | None = None) -> str | None:
        """`file`, `directory` or `other`, links followed; None where there is nothing."""
        try:
            with self._files("GET", "/files/entry", path, user=user) as answer:
                return json.load(answer)["type"]
        except (FileNotFoundError, NotADirectoryError):
            return None

    def upload(self, folder: str | os.PathLike[str], path: str, user: str | None = None) -> None:
        """Puts what a folder here holds into a directory there: files, directories and links, with their modes."""
        with tempfile.TemporaryFile() as packed:
            with tarfile.open(fileobj=packed, mode="w") as archive:
                archive.add(os.path.realpath(folder), arcname=".", filter=_only_what_is_taken)
            with self._files("PUT", "/archive", path, packed, user=user):
                pass

    def download(self, path: str, folder: str | os.PathLike[str], user: str | None = None) -> None:
        """Puts what a directory there holds into a folder here. Nothing is put elsewhere, whatever is there."""
        if not hasattr(tarfile, "data_filter"):
            raise NotImplementedError("Trees are unpacked by Python 3.11.4 or newer")
        # Compressed it can't break off unnoticed.
        with self._files("GET", "/archive", path, accept="application/gzip", user=user) as answer:
            with gzip.open(answer) as content, tarfile.open(fileobj=content, mode="r|") as archive:
                archive.extractall(folder, filter=_only_what_stays_below)
                # The archive ends before the gzip does: unread, damage there would pass.
                while content.read(READ_PIECE):
                    pass


def _only_what_is_taken(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return member if member.isreg() or member.isdir() or member.issym() or member.islnk() else None


def _only_what_stays_below(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    try:
        return tarfile.data_filter(member, folder)
    except tarfile.FilterError:
        return None


@dataclass(frozen=True)
class Result:
    """How a command ended; of a long output its last part."""

    exit_code: int
    stdout: str
    stderr: str
    timed_out: bool
    is_cut: bool


class _Tail:
    """The last part of a stream."""

    def __init__(self, most: int):
        self._most = most
        self._pieces: deque[bytes] = deque()
        self._length = 0
        self._expected = 0
        self.is_cut = False

    def add(self, piece: bytes, offset: int) -> None:
        # The server does not keep all of what is too long either.
        self.is_cut |= offset > self._expected
        self._expected = offset + len(piece)
        self._pieces.append(piece)
        self._length += len(piece)
        while self._length - len(self._pieces[0]) > self._most:
            self._length -= len(self._pieces.popleft())
            self.is_cut = True

    def text(self) -> str:
        self.is_cut |= self._length > self._most
        return b"".join(self._pieces)[-self._most :].decode(errors="replace")


class Command:
    """A command that has begun. It runs to its end or its timeout, whether anybody waits for it or not."""

    def __init__(self, environment: Environment, id: str, input: bytes):
        self.id = id
        self._environment = environment
        self._path = f"/executions/{id}"
        self._input = input

    def kill(self) -> None:
        """Kills it with all that it started."""
        self._environment.call("DELETE", self._path)

    def wait(self, keep: int = KEPT_OUTPUT) -> Result:
        """Its end. A connection that breaks on the way is made again, and nothing runs twice."""
        self._feed()
        tails = {"stdout": _Tail(keep), "stderr": _Tail(keep)}
        last, heard = None, time.monotonic()
        while True:
            try:
                for id, name, data in self._events(last):
                    last, heard = id or last, time.monotonic()
                    if name == "error":
                        raise SandlotError(data)
                    if name == "result":
                        return _result(data, tails["stdout"], tails["stderr"])
                    tails[data["stream"]].add(data["data"].encode(), data["offset"])
            except (OSError, http.client.HTTPException):
                if time.monotonic() - heard > PATIENCE:
                    raise
            time.sleep(PAUSES[0])

    def _feed(self) -> None:
        """Sends the input that was too long to begin with. A command may end without having read it."""
        try:
            for at in range(0, len(self._input), INPUT_PIECE):
                piece = self._input[at : at + INPUT_PIECE]
                end = "true" if at + INPUT_PIECE >= len(self._input) else "false"
                self._environment.open("POST", f"{self._path}/stdin?end={end}", piece).close()
        except SandlotError as refused:
            if refused.status != http.client.CONFLICT or not self._has_ended():
                raise

    def _has_ended(self) -> bool:
        return self._environment.call("GET", self._path)["state"] not in ("queued", "running")

    def _events(self, last: str | None) -> Iterator[tuple[str | None, str, Any]]:
        """Id, name and data of its events after the last that was seen (HTML Standard, 9.2.6)."""
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
        with self._environment.open("GET", self._path + "/output", headers=headers) as answer:
            id, name = last, ""
            for line in answer:
                field, _, value = line.decode().rstrip("\n").partition(": ")
                if field == "id":
                    id = value
                elif field == "event":
                    name = value
                elif field == "data":
                    yield id, name, json.loads(value)


def _result(record: dict[str, Any], out: _Tail, err: _Tail) -> Result:
    exit_code = TIMED_OUT if record["timed_out"] else record["exit_code"]
    stdout, stderr = out.text(), err.text()
    return Result(exit_code, stdout, stderr, record["timed_out"], out.is_cut or err.is_cut)
