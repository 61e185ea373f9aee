"""Sandlot as a sandbox provider of Inspect: `inspect eval task.py --sandbox sandlot`, or `--sandbox sandlot:TASK`."""

from __future__ import annotations

import errno
from collections.abc import Callable
from functools import partial
from typing import Any, Literal, TypeVar, overload

from anyio import CancelScope, CapacityLimiter, sleep, to_thread
from inspect_ai.util import (
    ExecResult,
    OutputLimitExceededError,
    SandboxEnvironment,
    SandboxEnvironmentConfigType,
    SandboxEnvironmentLimits,
    SandboxUnavailableError,
    sandboxenv,
)
from pydantic import BaseModel
from typing_extensions import override

from sandlot import Environment, Result, Sandlot, SandlotError

T = TypeVar("T")

# As env(1) says it: the command itself has not run; as a shell says it: it must not be run.
NOT_RUN, NOT_ALLOWED = 125, 126
# The environment does not exist, is not ready (any more), or died.
UNAVAILABLE = (404, 409, 502)


class SandlotConfig(BaseModel, frozen=True):
    """What an environment is made from, and how many seconds it lives at most; the server's default when absent."""

    task_ref: str = "shell"
    timeout_sec: int | None = None
    inputs: dict[str, Any] | None = None
    secret_ids: list[str] | None = None


async def _in_thread(call: Callable[..., T], *args: Any, abandon: bool = False, **named: Any) -> T:
    # In one of its own: those that anyio shares out are few, and a command may hold one for hours.
    prepared = partial(call, *args, **named)
    return await to_thread.run_sync(prepared, abandon_on_cancel=abandon, limiter=CapacityLimiter(1))


@sandboxenv(name="sandlot")
class SandlotSandbox(SandboxEnvironment):
    """An environment for a sample."""

    @classmethod
    @override
    def config_deserialize(cls, config: dict[str, Any]) -> BaseModel:
        return SandlotConfig(**config)

    @classmethod
    @override
    async def sample_init(
        cls, task_name: str, config: SandboxEnvironmentConfigType | None, metadata: dict[str, str]
    ) -> dict[str, SandboxEnvironment]:
        wanted = SandlotConfig(task_ref=config) if isinstance(config, str) else config or SandlotConfig()
        environment = await _in_thread(Sandlot.from_variables().create, **wanted.model_dump())
        try:
            while not await _in_thread(environment.is_ready):
                await sleep(1)
        except BaseException:
            await _delete(environment)
            raise
        return {"default": cls(environment)}

    @classmethod
    @override
    async def sample_cleanup(
        cls,
        task_name: str,
        config: SandboxEnvironmentConfigType | None,
        environments: dict[str, SandboxEnvironment],
        interrupted: bool,
    ) -> None:
        for sandbox in environments.values():
            await _delete(sandbox.as_type(SandlotSandbox)._environment)

    def __init__(self, environment: Environment):
        super().__init__()
        self._environment = environment

    @override
    async def exec(
        self,
        cmd: list[str],
        input: str | bytes | None = None,
        cwd: str | None = None,
        env: dict[str, str] | None = None,
        user: str | None = None,
        timeout: int | None = None,
        timeout_retry: bool = True,
        concurrency: bool = True,
    ) -> ExecResult[str]:
        try:
            result = await self._run(cmd, _bytes(input or b""), timeout=timeout, cwd=cwd, env=env, user=user)
        except SandlotError as refused:
            if "user" in refused.members:
                return ExecResult(False, NOT_RUN, "", f"{user}: {refused}")
            if refused.status in UNAVAILABLE:
                raise SandboxUnavailableError(str(refused)) from refused
            raise
        if result.timed_out:
            late = TimeoutError(f"The command ran past its timeout of {timeout} seconds")
            setattr(late, "truncated_output", result.stdout + result.stderr)
            raise late
        if result.exit_code == NOT_ALLOWED and "permission denied" in result.stderr.lower():
            raise PermissionError(errno.EACCES, result.stderr.strip(), cmd[0])
        return ExecResult(result.exit_code == 0, result.exit_code, result.stdout, result.stderr)

    async def _run(self, cmd: list[str], input: bytes, **members: Any) -> Result:
        # Whoever is cancelled leaves nothing running: the command is known when it begins, and then only waited for.
        command = await _in_thread(self._environment.begin, cmd, input, **members)
        try:
            keep = SandboxEnvironmentLimits.MAX_EXEC_OUTPUT_SIZE
            return await _in_thread(command.wait, keep, abandon=True)
        except BaseException:
            with CancelScope(shield=True):
                await _in_thread(command.kill)
            raise

    @override
    async def write_file(self, file: str, contents: str | bytes) -> None:
        await _in_thread(self._environment.write, file, _bytes(contents))

    @overload
    async def read_file(self, file: str, text: Literal[True] = True) -> str: ...

    @overload
    async def read_file(self, file: str, text: Literal[False]) -> bytes: ...

    @override
    async def read_file(self, file: str, text: bool = True) -> str | bytes:
        try:
            content = await _in_thread(self._environment.read, file, SandboxEnvironmentLimits.MAX_READ_FILE_SIZE)
        except OSError as refused:
            if refused.errno == errno.EFBIG:
                raise OutputLimitExceededError(SandboxEnvironmentLimits.MAX_READ_FILE_SIZE_STR, None) from refused
            raise
        return content.decode() if text else content


async def _delete(environment: Environment) -> None:
    with CancelScope(shield=True):
        await _in_thread(environment.delete)


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
