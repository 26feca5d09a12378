"""The Pulumi SDK as the recorder uses it: run a program inside a stack, ask what classes look like.

Nothing else in bcinfra touches SDK internals. What is public is used where it exists: ``Settings``, ``configure``,
``run_in_stack``, ``set_all_config``, stack transformations.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import inspect
import json
import math
import os
import selectors
import sys
import threading
import time
import typing
import warnings
from collections.abc import Awaitable, Callable, Collection, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from types import CoroutineType, FrameType, ModuleType
from typing import Any, Final, NamedTuple, TypeAlias

import pulumi
from google.protobuf import empty_pb2
from pulumi import (
    _types as sdk_types,  # pyright: ignore[reportPrivateUsage]  how the SDK describes its classes
    runtime,
)
from pulumi.runtime.proto import engine_pb2, source_pb2
from pulumi.runtime.settings import SETTINGS as _SETTINGS

import bcinfra
from bcinfra.graph.core import source
from bcinfra.graph.core.collector import without_collector
from bcinfra.graph.core.values import SIGNATURE, UNKNOWN_TEXT, Plain, is_list, is_object
from bcinfra.graph.record import placeholders
from bcinfra.graph.record.effects import makes_resources
from bcinfra.graph.record.monitor import LoopIsBusy, Monitor, SettingKind

Program: TypeAlias = "Callable[[], object]"
_Task: TypeAlias = "asyncio.Task[Any]"

_CREDENTIALS: Final = ("AWS_", "GOOGLE_", "GCLOUD_", "CLOUDSDK_", "GCP_", "ARM_", "AZURE_", "KUBECONFIG", "PULUMI_")
"""Environment variables that SDKs read as defaults, or that change how Pulumi behaves."""
_FAILS_ON_TEXT: Final = "PULUMI_ERROR_OUTPUT_STRING"
_PURE: Final = tuple(f"{os.path.dirname(str(package.__file__))}{os.sep}" for package in (pulumi, bcinfra))
"""Code that makes no resources inside ``apply``."""
_YAML_FILE: Final = "kubernetes:yaml:ConfigFile"
_REQUIRE: Final[Mapping[str, SettingKind]] = {
    "_require": "text",
    "_require_bool": "true or false",
    "_require_int": "number",
    "_require_float": "number",
    "_require_object": "JSON",
}
"""The SDK's private functions that look up required settings, and what each looks for."""
_completed: tuple[ModuleType, ...] = ()
"""The modules there were when packages of SDKs last had all their names."""
_GRACE: Final = 0.5
"""Seconds without any event after which a program with nothing under way counts as waiting for itself."""
_OWN_FILES: Final = 2
"""Files that the loop itself watches: its wake-up pipe and the callback server's."""
_OWN_THREADS: Final = "bcinfra-monitor"
_GRPC_THREAD: Final = "_poll_wrapper"
"""The callback server's thread, which is there once a transform or a hook is."""


SETTINGS: Final[Any] = _SETTINGS
"""What the SDK keeps of the program that runs; each of its properties is that program's own."""
_Data: Final[Any] = vars(sys.modules["pulumi.output"]).get("_OutputData")
"""What the SDK keeps of an output: value, resources, whether it is known and secret."""


class Registration(NamedTuple):
    """A resource (type and name) on its way to the monitor, the stack that made it, and what it waits for."""

    resource: tuple[str, str]
    frames: tuple[tuple[str, int], ...]
    awaited: tuple[str, str] | None = None


class Stalled(BaseException):
    """Nothing more will happen: all that is left waits. No ``except Exception`` of a program may catch it."""

    def __init__(self, waiting: tuple[Registration, ...] = ()) -> None:
        self.waiting = waiting
        super().__init__()


class OutOfTime(BaseException):
    """The program took longer than it was given."""


class ResourceClasses:
    """The classes of the resources that a program made, by type token."""

    def __init__(self) -> None:
        self._classes: dict[str, type[pulumi.Resource]] = {}

    def remember(self, args: pulumi.ResourceTransformationArgs) -> None:
        """A stack transformation that changes nothing: the SDK's public way to meet each resource as it is made."""
        self._classes.setdefault(args.type_, type(args.resource))
        if args.type_ == _YAML_FILE:
            # Its constructor goes on to read the file, from the network where it is a URL: then it is left empty.
            vars(sys.modules[type(args.resource).__module__])["_read_url"] = lambda _url: ""  # pyright: ignore[reportUnknownLambdaType]

    def __getitem__(self, token: str) -> type[pulumi.Resource] | None:
        return self._classes.get(token)

    def complete(self, token: str, properties: dict[str, Plain]) -> dict[str, Plain]:
        """``properties`` with each output that a provider may still fill in marked unknown."""
        cls = self._classes.get(token)
        nested = {key: value for key, value in properties.items() if is_object(value) or is_list(value)}
        if cls is None or not nested:
            return properties
        types = sdk_types.resource_types(cls)
        cluster = token.startswith("kubernetes:")
        return {
            **properties,
            **{
                key: _answered(token, key, value) if cluster else _complete(value, types.get(key))
                for key, value in nested.items()
            },
        }


_CLUSTER_FILLS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("kubernetes:core/v1:Service", "spec"): ("clusterIP", "clusterIPs", "healthCheckNodePort"),
    ("kubernetes:core/v1:Pod", "spec"): ("nodeName",),
    ("kubernetes:core/v1:PersistentVolumeClaim", "spec"): ("volumeName",),
}
"""What a cluster fills in of an object that a preview cannot know."""


def _answered(token: str, key: str, value: Plain) -> Plain:
    """A property of a Kubernetes object as its provider answers it to a preview: as it was asked for, in a namespace
    and under a name (https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/provider.go, Check
    and Create, 2026-11-28)."""
    if not is_object(value):
        return value
    if key == "metadata":
        return {"name": UNKNOWN_TEXT, "namespace": "default"} | value
    filled = dict.fromkeys(_CLUSTER_FILLS.get((token, key), ()), UNKNOWN_TEXT) | value
    if is_list(ports := value.get("ports")) and value.get("type") in ("NodePort", "LoadBalancer"):
        filled["ports"] = [{"nodePort": UNKNOWN_TEXT} | port if is_object(port) else port for port in ports]
    return filled


def _complete(value: Plain, expected: Any) -> Plain:
    if expected is None:
        return value
    expected = sdk_types.unwrap_type(expected)
    if expected is str and is_object(value) and SIGNATURE not in value:
        text = json.dumps(value, separators=(",", ":"), sort_keys=True)  # the provider makes a document of it
        return UNKNOWN_TEXT if UNKNOWN_TEXT in text or SIGNATURE in text else text
    if is_list(value):
        arguments = typing.get_args(expected)
        return [_complete(item, arguments[0]) for item in value] if len(arguments) == 1 else value
    if not is_object(value) or SIGNATURE in value or not sdk_types.is_output_type(expected):
        return value
    types = sdk_types.output_type_types(expected)
    return dict.fromkeys(types, UNKNOWN_TEXT) | {key: _complete(item, types.get(key)) for key, item in value.items()}


class Fields(NamedTuple):
    """The fields of an input class: their types and which are required, by the name that the protocol uses."""

    name: str
    types: Mapping[str, Any]
    required: frozenset[str]
    python: Mapping[str, str]
    """Python's name for each of them, by either name."""


@cache
def fields_of(cls: Any) -> Fields | None:
    """The fields of ``cls`` where it is a class of inputs."""
    if not sdk_types.is_input_type(cls) or issubclass(cls, dict):
        return None
    names = sdk_types.input_type_py_to_pulumi_names(cls)
    types = {name: sdk_types.unwrap_type(expected) for name, expected in sdk_types.input_type_types(cls).items()}
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    required = frozenset(names.get(p.name, p.name) for p in parameters if p.default is inspect.Parameter.empty)
    return Fields(cls.__name__, types, required, {name: py for py, wire in names.items() for name in (py, wire)})


@cache
def arguments_of(cls: type) -> Fields | None:
    """The fields of the arguments of a resource class of an SDK.

    They are ``FooArgs``, or ``FooInitArgs`` where the package has a nested type ``FooArgs``; only its own module tells.
    """
    for base in cls.__mro__:
        module = sys.modules.get(base.__module__)
        for name in (f"{base.__name__}Args", f"{base.__name__}InitArgs"):
            found = getattr(module, name, None)
            if found is not None and found.__module__ == base.__module__:
                return fields_of(found)
    return None


def run(
    program: Program,
    monitor: Monitor,
    classes: ResourceClasses,
    *,
    organization: str,
    config: Mapping[str, str],
    secret_config: Collection[str],
    environment: Mapping[str, str],
    timeout: float | None,
) -> None:
    """Run ``program`` to its end as a Pulumi preview does, with ``monitor`` in the engine's place.

    Raises what the program raises, :class:`Stalled` when it waits for itself, :class:`OutOfTime` after ``timeout``
    seconds.
    """

    _complete_packages()

    def inside() -> None:
        runtime.settings.reset_options()
        settings = runtime.Settings(
            project=monitor.project,
            stack=monitor.stack,
            monitor=monitor,
            engine=_Engine(),
            parallel=1,
            dry_run=True,
            organization=organization,
            root_directory=str(monitor.root),
        )
        runtime.configure(settings)
        runtime.set_all_config(dict(config), list(secret_config))
        _run(program, monitor, classes, timeout)

    with (
        _sealed_environment(environment),
        without_collector(),
        _answers_filled(monitor),
        _outputs_in_text(monitor, environment),
        _applies_counted(monitor),
        _settings_missed(monitor),
        _made_cheaper(),
    ):
        try:
            contextvars.copy_context().run(inside)
        finally:
            SETTINGS.callbacks = None  # where the SDK keeps a callback server, with its threads, for programs to come


def _complete_packages() -> None:
    """Give packages of SDKs the names that they lack where a module of theirs was imported before them.

    They are loaded when first asked, which such a module does halfway through: what it defines then goes missing for
    good. The program is to run as in a process of its own, whatever this one has imported before.
    """
    global _completed
    modules = tuple(sys.modules.values())
    if modules == _completed:  # thousands, and the same for every program but the first
        return
    loaded = {name: module for name, module in sys.modules.items() if name.startswith("pulumi_")}
    for name, module in loaded.items():
        parent, _, own = name.rpartition(".")
        package = loaded.get(parent)
        if own == "outputs":  # they stay in their module
            continue
        if type(package) is ModuleType and type(module) is ModuleType:
            for public in vars(module).get("__all__", ()):
                vars(package).setdefault(public, vars(module).get(public))
    _completed = modules


class _Engine:
    """The engine's log. What a program logs goes to standard error, like all that it prints."""

    def Log(self, request: engine_pb2.LogRequest) -> empty_pb2.Empty:  # noqa: N802
        if request.severity != engine_pb2.DEBUG:
            print(request.message, file=sys.stderr)
        return empty_pb2.Empty()

    def RequirePulumiVersion(self, _request: object) -> engine_pb2.RequirePulumiVersionResponse:  # noqa: N802
        return engine_pb2.RequirePulumiVersionResponse()


def _run(program: Program, monitor: Monitor, classes: ResourceClasses, timeout: float | None) -> None:
    async def body() -> None:
        runtime.register_stack_transformation(classes.remember)
        result = program()
        if isinstance(result, Awaitable):
            await result
        # `wait_for_rpcs` looks at every pending output again after each event (runtime/stack.py). It costs little once
        # the requests are answered, so let them be answered first. Its own waiting still decides when the end is.
        quiet, seen = 0, -1
        while quiet < 50:
            await asyncio.sleep(0)
            quiet, seen = (quiet + 1, seen) if monitor.requests == seen else (0, monitor.requests)

    executor = _InlineExecutor(max_workers=8)
    patience = _Patience(executor, timeout)
    loop = asyncio.SelectorEventLoop(patience)
    loop.set_default_executor(executor)
    tasks = list[_Task]()

    def begin(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> _Task:
        tasks.append(task := asyncio.Task(work, loop=loop, **options))
        return task

    loop.set_task_factory(begin)
    loop.set_exception_handler(lambda _loop, _context: None)  # errors reach us through `run_in_stack`
    before = _current_loop()
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(runtime.run_in_stack(body))
    except Stalled:
        raise Stalled(tuple(_waiting(_pending(tasks)))) from None
    finally:
        patience.end = math.inf
        _abandon(loop, tasks)
        executor.shutdown()
        asyncio.set_event_loop(before)


def _current_loop() -> asyncio.AbstractEventLoop | None:
    """The caller's event loop: other tests of the same process may make outputs on it later."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12: there may be none, and one is made
        try:
            return asyncio.get_event_loop()
        except RuntimeError:
            return None


def _pending(tasks: Iterable[_Task]) -> list[_Task]:
    """Those of a loop's ``tasks`` that are not done. ``asyncio.all_tasks`` looks through those of every program before,
    too, which lie about in circles until they are collected."""
    return [task for task in tasks if not task.done()]


def _abandon(loop: asyncio.AbstractEventLoop, tasks: list[_Task]) -> None:
    """Close ``loop``, with what a failed run left on it of its ``tasks``, which are forgotten."""
    left = _pending(tasks)
    tasks.clear()
    for task in left:
        task.cancel()
    if left:
        with contextlib.suppress(Stalled), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # coroutines that were never awaited
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            del left
            gc.collect()
    loop.close()


class _InlineExecutor(ThreadPoolExecutor):
    """Answers requests where they are made. Those that must call the program's loop back go to a thread."""

    def __init__(self, max_workers: int) -> None:
        super().__init__(max_workers, thread_name_prefix=_OWN_THREADS)
        self.under_way = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except LoopIsBusy:
            future = super().submit(fn, *args, **kwargs)
            self.under_way += 1
            future.add_done_callback(self._done)
        except BaseException as error:  # the caller gets it from the future, as from a thread
            future.set_exception(error)
        return future

    def _done(self, _future: Future[Any]) -> None:
        self.under_way -= 1


class _Patience(selectors.DefaultSelector):
    """Waits for events, and notices when none can come: no timer, no thread, no open connection."""

    def __init__(self, executor: _InlineExecutor, timeout: float | None) -> None:
        super().__init__()
        self.end = math.inf if timeout is None else time.monotonic() + timeout
        self._executor = executor
        self._threads = frozenset(threading.enumerate())

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        while (left := self.end - time.monotonic()) > 0:
            ready = super().select(min(_GRACE if timeout is None else timeout, left))
            if ready or timeout is not None:
                return ready
            if not self._is_awaited():
                raise Stalled
        raise OutOfTime

    def _is_awaited(self) -> bool:
        """Whether something is under way outside the loop that may wake it."""
        started = (thread.name for thread in threading.enumerate() if thread not in self._threads)
        others = any(not name.startswith(_OWN_THREADS) and _GRPC_THREAD not in name for name in started)
        return others or bool(self._executor.under_way) or len(self.get_map()) > _OWN_FILES


def registration(error: BaseException) -> Registration | None:
    """The registration that ``error`` was raised in, if in one: the program's own line is not on its stack."""
    traceback = error.__traceback__
    while traceback:
        if found := _registration(traceback.tb_frame):
            return found
        traceback = traceback.tb_next
    return None


def _waiting(tasks: Iterable[_Task]) -> Iterator[Registration]:
    """Who waits for whom, read from the SDK's suspended registrations. Where its code changes, less is seen."""
    frames = [list(_frames(task.get_coro())) for task in tasks]
    waiting = {found: stack for stack in frames if stack and (found := _registration(stack[0]))}
    values = {
        found: [value for frame in stack for value in frame.f_locals.values()] for found, stack in waiting.items()
    }
    resources = {value for met in values.values() for value in met if isinstance(value, pulumi.Resource)}
    outputs = [(value, resource) for resource in resources for value in vars(resource).values() if _is_output(value)]
    owners = {id(value): resource for value, resource in outputs}
    for found, met in values.items():
        awaited = (value if isinstance(value, pulumi.Resource) else owners.get(id(value)) for value in reversed(met))
        names = (_identity(resource) for resource in awaited if resource)
        yield found._replace(awaited=next((name for name in names if name != found.resource), None))


def _is_output(value: object) -> bool:
    return isinstance(value, pulumi.Output)


def _frames(step: object) -> Iterator[FrameType]:
    """The suspended frames of a coroutine, outermost first."""
    while isinstance(step, CoroutineType) and step.cr_frame:
        yield step.cr_frame
        step = step.cr_await


def _registration(frame: FrameType) -> Registration | None:
    """What the SDK's ``do_register`` or ``do_read`` is at work on, where ``frame`` is one of them."""
    known = frame.f_locals if frame.f_code.co_name in ("do_register", "do_read") else {}
    resource, stack = known.get("res"), known.get("stack_trace")
    if not isinstance(resource, pulumi.Resource) or stack is None:
        return None
    return Registration(_identity(resource), tuple((source.from_uri(f.pc.uri), f.pc.line) for f in stack.frames))


def _identity(resource: pulumi.Resource) -> tuple[str, str]:
    return resource.pulumi_resource_type, resource.pulumi_resource_name


@contextlib.contextmanager
def _answers_filled(monitor: Monitor) -> Generator[None]:
    """With placeholders where a function has no answer, or one with gaps: a plain call would hand the program ``None``.

    The SDK makes all of its calls through one private function. Where that is gone, programs fail at the ``None``.
    """
    module = sys.modules["pulumi.runtime.invoke"]
    original = getattr(module, "_invoke", None)
    if original is None:
        yield
        return

    def loop() -> None:
        monitor.note_skip(_stack(), "loop")

    async def invoke(
        tok: str, props: Any, opts: Any, typ: type | None, package_ref: Any, check_dependencies: bool = False
    ) -> Any:
        result = await original(tok, props, opts, typ, package_ref, check_dependencies)
        if result.is_known:
            if typ and monitor.fills(tok):
                result.value = placeholders.filled(typ, _by_wire_name(result.value), loop)
        elif not check_dependencies:
            if all(call.token != tok for call in monitor.calls):  # the SDK asks nothing with unknown arguments
                monitor.note_call(tok, props, None)
            result.value, result.is_known = placeholders.placeholder(typ, loop), True
        return result

    vars(module)["_invoke"] = invoke
    try:
        yield
    finally:
        vars(module)["_invoke"] = original


@contextlib.contextmanager
def _settings_missed(monitor: Monitor) -> Generator[None]:
    """Each setting that the program requires and nobody gave is noted, and the program goes on with a stand-in, so that
    all can be told at once. Where the SDK's private functions for it are gone, programs stop at the first."""
    methods = {name: vars(pulumi.Config)[name] for name in _REQUIRE if name in vars(pulumi.Config)}

    def lenient(original: Any, kind: SettingKind) -> Any:
        def require(self: pulumi.Config, key: str, secret: bool = False, *rest: Any) -> Any:
            try:
                return original(self, key, secret, *rest)
            except pulumi.ConfigMissingError:
                monitor.note_missing(self.full_key(key), kind, _stack(), secret=secret)
                stand_ins: dict[SettingKind, Any] = {"text": key, "number": 1, "true or false": False, "JSON": {}}
                return stand_ins[kind]

        return require

    try:
        for name, original in methods.items():
            setattr(pulumi.Config, name, lenient(original, _REQUIRE[name]))
        yield
    finally:
        for name, original in methods.items():
            setattr(pulumi.Config, name, original)


def _by_wire_name(answer: object) -> dict[str, Any]:
    """The attributes of an object of an SDK's result class, by the names of the protocol."""
    names: Any = sdk_types._py_properties(type(answer))  # pyright: ignore[reportPrivateUsage]
    read: Any = vars(sdk_types)["get"]  # past the attributes, which warn of those that are deprecated
    return {wire: value for python, wire, _ in names if (value := read(answer, python)) is not None}


@contextlib.contextmanager
def _applies_counted(monitor: Monitor) -> Generator[None]:
    """Each ``apply`` of the program that may make resources is noted as skipped until its function runs.

    The SDK's own make none, and neither do bcinfra's.
    """
    original: Any = vars(pulumi.Output)["apply"]

    def apply(self: pulumi.Output[Any], func: Callable[[Any], Any], run_with_unknowns: bool = False) -> Any:
        pure = sys._getframe(1).f_code.co_filename.startswith(_PURE)  # pyright: ignore[reportPrivateUsage]
        if run_with_unknowns or pure or not makes_resources(func):
            return original(self, func, run_with_unknowns)
        frames = list(_stack())
        monitor.note_skip(frames, "apply")

        def run(value: Any) -> Any:
            monitor.note_skip(frames, "apply", -1)
            return func(value)

        return original(self, run)

    pulumi.Output.apply = apply
    try:
        yield
    finally:
        pulumi.Output.apply = original


def _stack() -> Iterator[tuple[str, int]]:
    """The callers' files and lines, innermost first."""
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame:
        yield frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back


@contextlib.contextmanager
def _made_cheaper() -> Generator[None]:
    """With private functions of the SDK that do the same with less: a third of the time of a recording. Where
    one is gone, the SDK does as it does."""
    changes: list[tuple[object, str, Callable[..., Any]]] = [
        (sys.modules["pulumi.runtime.resource"], "_get_stack_trace", _outside_constructors),
        (pulumi.log, "debug", _say_nothing),
        (sys.modules["pulumi.runtime.rpc"], "contains_unknowns", _holds_unknown),
        (sdk_types, "unwrap_type", _unwrapped),
    ]
    if _Data is not None:
        changes += [
            (pulumi.Output, "_track", _track),
            (sys.modules["pulumi.runtime.rpc"], "transfer_properties", _transfer),
        ]
    changes = [change for change in changes if change[1] in vars(change[0])]
    originals = [(owner, name, vars(owner)[name]) for owner, name, _ in changes]
    try:
        for owner, name, ours in changes:
            setattr(owner, name, ours)
        yield
    finally:
        for owner, name, original in originals:
            setattr(owner, name, original)


def _say_nothing(*_: object, **__: object) -> None:
    """What the SDK tells of itself; :class:`_Engine` would not show it."""


_unwrapped: Final = cache(sdk_types.unwrap_type)
"""Of the few types that SDKs state, asked for each value of each resource."""


def _holds_unknown(value: Any, seen: set[int] | None = None) -> bool:
    """Whether ``value`` is not known in any part of it.

    The SDK asks it of each output, in a function that holds itself: three quarters of what a recording leaves behind
    for the collector.
    """
    if isinstance(value, pulumi.output.Unknown):
        return True
    # A type of an SDK may have a property "values".
    parts: Collection[Any] = dict[str, Any].values(value) if is_object(value) else value if is_list(value) else ()
    if not parts:
        return False
    seen = set[int]() if seen is None else seen
    if id(value) in seen:
        return False
    seen.add(id(value))
    return any(_holds_unknown(part, seen) for part in parts)


def _outside_constructors() -> source_pb2.StackTrace:
    """The frames outside of the third constructor from within (of ``Resource``, of custom resource or component, and of
    the class), up to the program's own. Empty where there are no three.

    For each frame of each registration the SDK asks the disk for the source and spells an address anew.
    """
    frames, constructors = list[source_pb2.StackFrame](), 0
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame:
        code = frame.f_code
        if constructors == 3:
            frames.append(_called(code.co_filename, frame.f_lineno))
            if not source.is_library(code.co_filename):
                break
        elif code.co_name == "__init__":
            constructors += 1
        frame = frame.f_back
    return source_pb2.StackTrace(frames=frames)


def _transfer(resource: pulumi.Resource, properties: Iterable[str], custom: bool) -> dict[str, Callable[..., None]]:
    """An output for each property of ``resource``, and what settles it. The SDK gives each four futures and a task."""
    kept, pending = {"urn", "id"} if custom else {"urn"}, SETTINGS.outputs
    resolvers: dict[str, Callable[..., None]] = {}
    for name in properties:
        if name not in kept:
            resolvers[name], vars(resource)[name] = _property(resource, pending)
    return resolvers


def _property(resource: pulumi.Resource, pending: set[Any]) -> tuple[Callable[..., None], Any]:
    data: asyncio.Future[Any] = asyncio.Future()
    output: Any = pulumi.Output.__new__(pulumi.Output)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    output._data = data
    pending.add(data)

    def resolve(value: Any, known: bool, secret: bool, deps: Iterable[Any] | None, failed: Exception | None) -> None:
        if failed is not None:
            data.set_exception(failed)
        else:
            data.set_result(_Data(resources={*(deps or ()), resource}, value=value, is_known=known, is_secret=secret))
            pending.discard(data)

    return resolve, output


def _track(output: Any) -> None:
    """Have the end wait for ``output``, unless it is there already: most are, and the SDK locks and waits for each."""
    data: asyncio.Future[Any] = output._data
    if not _is_there(data):
        SETTINGS.outputs.add(data)
        data.add_done_callback(_untrack)


def _untrack(data: asyncio.Future[Any]) -> None:
    if _is_there(data):  # else the end tells of it
        SETTINGS.outputs.discard(data)


def _is_there(data: asyncio.Future[Any]) -> bool:
    return data.done() and not data.cancelled() and data.exception() is None


@cache
def _called(file: str, line: int) -> source_pb2.StackFrame:
    """A frame as the protocol has it: without a position where the code stands in no file."""
    path = Path(file)
    return source_pb2.StackFrame(
        pc=source_pb2.SourcePosition(uri=path.as_uri(), line=line) if path.is_absolute() else None
    )


@contextlib.contextmanager
def _outputs_in_text(monitor: Monitor, environment: Mapping[str, str]) -> Generator[None]:
    """With outputs that a program writes into a text as values that are not known. The SDK writes a sentence there and
    warns, or fails where ``PULUMI_ERROR_OUTPUT_STRING`` asks for it."""
    if environment.get(_FAILS_ON_TEXT, "").lower() in ("1", "true"):
        yield
        return
    output: Any = pulumi.Output
    original, told = output.__str__, set[object]()

    def text(_: object) -> str:
        place = source.nearest(_stack(), monitor.root)
        if place and place not in told:  # what the SDK itself writes, into a log, is nobody's
            told.add(place)
            pulumi.log.warn(
                f"{place}: an output stands in a text, where a deployment writes nonsense: use Output.format"
            )
        monitor.note_text()
        return UNKNOWN_TEXT

    output.__str__ = text
    try:
        yield
    finally:
        output.__str__ = original


@contextlib.contextmanager
def _sealed_environment(given: Mapping[str, str]) -> Generator[None]:
    """Without the caller's credentials and defaults, with what is ``given``."""
    set_here = {_FAILS_ON_TEXT: "", **given}
    saved = {name: value for name, value in os.environ.items() if name.startswith(_CREDENTIALS) or name in given}
    for name in saved:
        del os.environ[name]
    os.environ.update(set_here)
    try:
        yield
    finally:
        for name in set_here:
            os.environ.pop(name, None)
        os.environ.update(saved)
