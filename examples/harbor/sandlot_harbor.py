"""Sandlot as an environment of Harbor: `harbor run --environment-import-path sandlot_harbor:SandlotEnvironment …`."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from harbor.environments.base import BaseEnvironment, ExecResult
from harbor.environments.capabilities import EnvironmentCapabilities, EnvironmentResourceCapabilities
from harbor.models.trial.config import ResourceMode
from harbor.models.trial.paths import EnvironmentPaths

from sandlot import Environment, Result, Sandlot

T = TypeVar("T")

# The commands of a trial that run at once; each is waited for by a thread.
AT_ONCE = 64
# As `test` has it, what may not or can't be looked at is not there.
NO_FILE = {errno.EACCES, errno.EINVAL}
ANYWHERE = {"allow": ["0.0.0.0/0"], "dns": True}


class SandlotEnvironment(BaseEnvironment):
    """A trial's environment, from its task's prebuilt image.

    The image becomes a published task of the organization, which is named after what it says: the same image with the
    same limits is the same task in every trial.
    """

    def __init__(self, *args: Any, lifetime_sec: int | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._lifetime = lifetime_sec
        self._threads = ThreadPoolExecutor(AT_ONCE, "sandlot")
        self._made: asyncio.Future[Environment] | None = None
        self._shell: str | None = None

    @staticmethod
    def type() -> str:
        return "sandlot"

    @property
    def capabilities(self) -> EnvironmentCapabilities:
        return EnvironmentCapabilities(disable_internet=True)

    @classmethod
    def resource_capabilities(cls) -> EnvironmentResourceCapabilities:
        return EnvironmentResourceCapabilities(cpu_limit=True, memory_limit=True)

    @classmethod
    def preflight(cls) -> None:
        missing = [name for name in ("SANDLOT_SERVER", "SANDLOT_WORKSPACE", "SANDLOT_KEY") if name not in os.environ]
        if missing:
            raise SystemExit(f"Sandlot takes the variables {', '.join(missing)}")

    def _validate_definition(self) -> None:
        if not self.task_env_config.docker_image:
            raise ValueError("Sandlot builds no images: set docker_image in [environment] of the task")

    def _definition(self) -> dict[str, Any]:
        cpus = self._resource_limit_value("cpu", auto_mode=ResourceMode.LIMIT)
        memory = self._resource_limit_value("memory", auto_mode=ResourceMode.LIMIT)
        disk = self._effective_storage_mb
        limits = {"cpu": cpus, "memory": memory and f"{memory}Mi", "disk": disk and f"{disk}Mi"}
        definition = {
            "instruction": "An environment of Harbor",
            "verification": {},
            "image": self.task_env_config.docker_image,
            "limits": {name: value for name, value in limits.items() if value},
        }
        if self.task_env_config.workdir:
            definition["workdir"] = self.task_env_config.workdir
        if self._network_is_public:
            definition["network"] = ANYWHERE
        return definition

    async def start(self, force_build: bool) -> None:
        server, definition = Sandlot.from_variables(), self._definition()
        name = "harbor-" + hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()[:16]
        await self._in_thread(server.publish, name, "1.0.0", definition)
        # Whoever cancels the start calls stop, which is to know of it.
        self._made = asyncio.ensure_future(
            self._in_thread(server.create, f"{name}@1.0.0", timeout_sec=self._lifetime)
        )
        environment = await asyncio.shield(self._made)
        while not await self._in_thread(environment.is_ready):
            await asyncio.sleep(1)
        if await self._in_thread(environment.kind, "/bin/bash") == "file":
            self._shell = "/bin/bash"
        dirs = [EnvironmentPaths.agent_dir, EnvironmentPaths.verifier_dir, *self._mount_targets(writable_only=True)]
        ensured = await self.ensure_dirs(dirs)
        if ensured.return_code != 0:
            raise RuntimeError(f"Sandlot's environment has no room for logs: {ensured.stderr}")
        await self._upload_environment_dir_after_start()

    async def stop(self, delete: bool) -> None:
        """What is not deleted ends with its lifetime."""
        made, self._made = self._made, None
        if made and delete and not (made.done() and made.exception()):
            await self._in_thread((await made).delete)

    async def exec(
        self,
        command: str,
        cwd: str | None = None,
        env: dict[str, str] | None = None,
        timeout_sec: int | None = None,
        user: str | int | None = None,
    ) -> ExecResult:
        who = self._resolve_user(user)
        result = await self._run(
            command,
            timeout=timeout_sec,
            cwd=cwd,
            env=self._merge_env(env),
            user=None if who is None else str(who),
            shell=self._shell,
        )
        stderr = result.stderr
        if result.timed_out:
            stderr += f"\nThe command ran past its timeout of {timeout_sec} seconds\n"
        return ExecResult(stdout=result.stdout, stderr=stderr, return_code=result.exit_code)

    async def _run(self, command: str, **members: Any) -> Result:
        environment = self._started()
        begun = asyncio.ensure_future(self._in_thread(environment.begin, command, **members))
        try:
            return await self._in_thread((await asyncio.shield(begun)).wait)
        except BaseException:
            if not (begun.done() and begun.exception()):
                await self._in_thread((await begun).kill)
            raise

    async def upload_file(self, source_path: Path | str, target_path: str) -> None:
        source = Path(source_path)
        with source.open("rb") as content:
            mode = source.stat().st_mode & 0o777
            await self._in_thread(self._started().write, target_path, content, mode, user="root")

    async def upload_dir(self, source_dir: Path | str, target_dir: str) -> None:
        await self._in_thread(self._started().upload, source_dir, target_dir, user="root")

    async def download_file(self, source_path: str, target_path: Path | str) -> None:
        target = Path(target_path)
        target.parent.mkdir(parents=True, exist_ok=True)
        # A file that is not there, or breaks off, leaves none here: Harbor takes what is there for the artifact.
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".sandlot-") as folder:
            partial_file = Path(folder, "file")
            with partial_file.open("wb") as content:
                await self._in_thread(self._started().fetch, source_path, content, user="root")
            partial_file.replace(target)

    async def download_dir(self, source_dir: str, target_dir: Path | str) -> None:
        target = Path(target_dir)
        target.mkdir(parents=True, exist_ok=True)
        await self._in_thread(self._started().download, source_dir, target, user="root")

    async def is_dir(self, path: str, user: str | int | None = None) -> bool:
        return await self._kind(path, user) == "directory"

    async def is_file(self, path: str, user: str | int | None = None) -> bool:
        return await self._kind(path, user) == "file"

    async def _kind(self, path: str, user: str | int | None) -> str | None:
        who = self._resolve_user(user)
        try:
            return await self._in_thread(self._started().kind, path, None if who is None else str(who))
        except OSError as wrong:
            if wrong.errno in NO_FILE:
                return None
            raise

    def _started(self) -> Environment:
        if self._made is None:
            raise RuntimeError("The environment has not been started")
        return self._made.result()

    async def _in_thread(self, call: Callable[..., T], *args: Any, **named: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(call, *args, **named))
