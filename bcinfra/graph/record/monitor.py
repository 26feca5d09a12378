"""What a Pulumi program talks to while it is recorded: the resource monitor, without an engine behind it.

Each method answers one request of the SDK as the engine's own monitor answers it in a preview
(``pkg/resource/deploy/source_eval.go``), and notes what the engine would note. Nothing here reads a network, and no
answer holds more than the program itself gave: what a provider computes is unknown.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# The SDK's stubs leave the types of nested protobuf messages open.

from __future__ import annotations

import base64
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, provider_pb2, resource_pb2 as pb

from bcinfra.graph.core import source
from bcinfra.graph.core.model import (
    PROVIDER_TYPE_PREFIX,
    STACK_TYPE,
    UNKNOWN,
    Asset,
    Call,
    Options,
    Place,
    Resource,
    Secret,
    Skip,
    Timeouts,
    Urn,
    Value,
)
from bcinfra.graph.core.problem import Problem, label
from bcinfra.graph.core.values import (
    OUTPUT,
    SECRET,
    SECRET_PLACEHOLDER,
    SIGNATURE,
    UNKNOWN_TEXT,
    Plain,
    decode,
    decode_map,
    downgrade,
    encode,
    has_signature,
    is_object,
)
from bcinfra.graph.record import answers, manifests
from bcinfra.graph.record.assets import settled
from bcinfra.graph.record.placeholders import collapse
from bcinfra.graph.record.wire import plain, plain_value, to_struct

Answer: TypeAlias = "Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]]"
"""What a function of a provider answers: its result, or how to make the result from the arguments."""

_VARIABLES: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "aws": {"region": ("AWS_REGION", "AWS_DEFAULT_REGION")},
    "gcp": {
        "project": ("GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"),
        "region": ("GOOGLE_REGION", "GCLOUD_REGION", "CLOUDSDK_COMPUTE_REGION"),
        "zone": ("GOOGLE_ZONE", "GCLOUD_ZONE", "CLOUDSDK_COMPUTE_ZONE"),
    },
}
"""Variables that say where a provider works, by its package and input, as its schema names them (``defaultInfo``)."""
_TELLING: Final = 4
"""Characters from which a text of an answer is known again: shorter ones stand everywhere."""
STACK_REFERENCE: Final = "pulumi:pulumi:StackReference"
GET_RESOURCE: Final = "pulumi:pulumi:getResource"
DISABLE_DEFAULTS: Final = "pulumi:disable-default-providers"

FEATURES: Final = [
    value
    for name, value in pb.ResourceMonitorFeature.items()
    if name not in ("RESOURCE_MONITOR_FEATURE_BYTE_STRING", "RESOURCE_MONITOR_FEATURE_STATE_MIGRATIONS")
]


class LoopIsBusy(Exception):  # noqa: N818  a signal to the executor, not an error
    """The request calls back into the program's event loop, so it must not be answered on that loop's thread."""


Complete: TypeAlias = "Callable[[str, dict[str, Plain]], dict[str, Plain]]"
"""From a type token and inputs to the outputs that are known: with what a provider may fill in marked unknown."""


class Wrong(NamedTuple):
    """What is wrong with an input, and whether engine and provider take it all the same."""

    name: str
    problem: Problem
    taken: bool


Check: TypeAlias = "Callable[[Resource], Iterable[Wrong]]"
"""What is wrong with the inputs of a resource."""


Served: TypeAlias = "pb.RegisterResourceRequest | pb.ReadResourceRequest | pb.ResourceInvokeRequest"
"""A request that a provider serves."""


SettingKind: TypeAlias = 'Literal["text", "number", "true or false", "JSON"]'


class Missing(NamedTuple):
    """A setting that the program needs and nobody gave."""

    kind: SettingKind
    place: Place | None
    secret: bool = False


class _Plugin(NamedTuple):
    """The plugin behind a provider. ``base`` is the plugin itself where the package is a parameterized one."""

    version: str
    url: str = ""
    base: Mapping[str, Value] | None = None

    @property
    def default_name(self) -> str:
        """The name of the provider that Pulumi makes for it."""
        parts = ("default", re.sub(r"\W", "_", self.version), re.sub(r"[^\w.]", "_", self.url.rstrip("/")))
        return "_".join(part for part in parts if part)

    @property
    def inputs(self) -> dict[str, Value]:
        """What the engine adds to the provider's inputs (``providers/registry.go``)."""
        internal: dict[str, Value] = {"pluginDownloadURL": self.url} if self.url else {}
        internal |= self.base or {}
        added: dict[str, Value] = {"__internal": internal} if self.version or internal else {}
        return {**added, "version": self.version} if self.version else added


class Monitor:
    """Answers the SDK and keeps what it registers: resources by URN, calls, problems."""

    def __init__(
        self,
        *,
        project: str,
        stack: str,
        root: Path,
        config: Mapping[str, str],
        secret_config: Collection[str],
        invokes: Mapping[str, Answer],
        stack_references: Mapping[str, Mapping[str, Value]],
        assume: bool,
        environment: Mapping[str, str],
        complete: Complete,
        check: Check,
    ) -> None:
        self.project, self.stack, self.root = project, stack, root
        self.resources: dict[str, Resource] = {}
        self.calls: list[Call] = []
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.missing: dict[str, Missing] = {}
        self.requests = 0
        self._config: dict[str, Value] = {k: Secret() if k in secret_config else v for k, v in config.items()}
        self._disabled_defaults = _disabled_defaults(config)
        self._environment = environment
        self._invokes, self._stack_references, self._assume = invokes, stack_references, assume
        self._has_placeholders = False
        self._assumed: dict[str, set[str]] = {}
        self._assumed_text: re.Pattern[str] | None = None
        self._skipped: Counter[tuple[Place | None, str]] = Counter()
        self._complete, self._check = complete, check
        self._loop_thread = threading.get_ident()
        self._lock = threading.RLock()
        self._unknown_names = Counter[tuple[str, str, str]]()
        self._providers: dict[str, Mapping[str, str]] = {}
        self._packages: dict[str, pb.RegisterPackageRequest] = {}
        self._transforms: dict[str, list[callback_pb2.Callback]] = {}
        self._stack_transforms: list[callback_pb2.Callback] = []
        self._invoke_transforms: list[callback_pb2.Callback] = []
        self._channels: dict[str, grpc.Channel] = {}

    def close(self) -> None:
        """Drop the connections to the program's callback server."""
        for channel in self._channels.values():
            channel.close()

    def GetDeploymentInfo(self, _request: empty_pb2.Empty) -> pb.DeploymentInfo:  # noqa: N802
        return pb.DeploymentInfo(project=self.project, stack=self.stack, dryRun=True, supportedFeatures=FEATURES)

    # Resources ------------------------------------------------------------------------------------------------------

    def RegisterResource(self, request: pb.RegisterResourceRequest) -> pb.RegisterResourceResponse:  # noqa: N802
        callbacks = self._transforms_of(request)
        if callbacks:
            self._leave_loop()
            request = self._transformed(request, callbacks)
        with self._lock:
            return self._register(request, transformed=bool(callbacks))

    def _register(self, request: pb.RegisterResourceRequest, *, transformed: bool) -> pb.RegisterResourceResponse:
        self.requests += 1
        urn = self._urn(request.parent, request.type, self._told_apart(request))
        is_provider = request.type.startswith(PROVIDER_TYPE_PREFIX)
        place = None if request.type == STACK_TYPE else self._place(request)
        managed = (request.custom and not is_provider) or request.remote
        provider = self._provider(request, urn, place, "create") if managed else None
        if not request.custom:
            self._providers[urn] = {**self._providers.get(request.parent, {}), **request.providers}
        self._transforms[urn] = list(request.transforms)

        sent = plain(request.object)
        properties = collapse(sent) if self._has_placeholders else sent
        inherited = self.resources[request.parent].options if request.parent in self.resources else Options()
        dependencies = set(request.dependencies)
        per_property = {key: set(deps.urns) for key, deps in request.propertyDependencies.items()}
        inputs: dict[str, Value] = {}
        for key, value in properties.items():
            found: set[str] = set()
            inputs[key] = decode(settled(value), found.add)
            per_property.setdefault(key, set()).update(found)
            dependencies |= found
        if is_provider:
            inputs |= self._plugin(request).inputs
        row = Resource(
            urn=urn,
            custom=request.custom,
            id=(request.importId or UNKNOWN) if request.custom else None,
            parent=request.parent or None,
            provider=provider,
            inputs=inputs,
            dependencies=tuple(sorted(dependencies)),
            property_dependencies={key: tuple(sorted(urns)) for key, urns in sorted(per_property.items())},
            remote=request.remote,
            options=self._options(request, inherited),
            place=place,
            assumed=self._rests_on({**properties, "urn": request.name}),
        )
        self._add(row)
        if request.type in manifests.COMPONENTS:
            self._add_manifests(row, properties)
        if not request.custom:
            return pb.RegisterResourceResponse(urn=urn)
        if is_provider:
            # In a preview a provider's id is the text that elsewhere means "unknown" (providers/registry.go).
            return pb.RegisterResourceResponse(urn=urn, id=UNKNOWN_TEXT, object=request.object)
        outputs = downgrade(properties) if transformed else properties
        wrong = list(self._check(row))
        if wrong:
            # The SDK stops at the first value of a wrong type that comes back. Hold them back, and all can be told.
            self.problems += (one.problem for one in wrong if not one.taken)
            self.warnings += (one.problem for one in wrong if one.taken)
            outputs = {key: value for key, value in outputs.items() if key not in {one.name for one in wrong}}
        outputs = self._complete(request.type, outputs)
        for key in request.additionalSecretOutputs:
            if key in outputs and not has_signature(outputs[key], SECRET):
                outputs = {**outputs, key: {SIGNATURE: SECRET, "value": outputs[key]}}
        echo = request.object if outputs is sent else to_struct(outputs)
        return pb.RegisterResourceResponse(urn=urn, id=request.importId, object=echo)

    def RegisterResourceOutputs(self, request: pb.RegisterResourceOutputsRequest) -> empty_pb2.Empty:  # noqa: N802
        with self._lock:
            self.requests += 1
            row = self.resources[request.urn]
            self.resources[request.urn] = replace(row, outputs=decode_map(plain(request.outputs)))
        return empty_pb2.Empty()

    def ReadResource(self, request: pb.ReadResourceRequest) -> pb.ReadResourceResponse:  # noqa: N802
        with self._lock:
            self.requests += 1
            urn = self._urn(request.parent, request.type, self._told_apart(request))
            place = self._place(request)
            properties = plain(request.properties)
            if request.type == STACK_REFERENCE:
                properties = self._stack_reference(request.id)
            self._add(
                Resource(
                    urn=urn,
                    id=UNKNOWN if request.id == UNKNOWN_TEXT else request.id,
                    parent=request.parent or None,
                    provider=self._provider(request, urn, place, "read"),
                    inputs=decode_map(plain(request.properties)),
                    outputs=decode_map(properties) if request.type == STACK_REFERENCE else {},
                    dependencies=tuple(sorted(request.dependencies)),
                    external=True,
                    options=Options(additional_secret_outputs=tuple(request.additionalSecretOutputs)),
                    place=place,
                )
            )
        if request.type != STACK_REFERENCE:
            # The SDK reads an unknown inside a read object as "known to be empty": leave such objects out as a whole.
            properties = {key: value for key, value in properties.items() if not isinstance(value, dict | list)}
        # The engine sends no id back (source_eval.go, ReadResource), so what depends on it is unknown in a preview.
        return pb.ReadResourceResponse(urn=urn, properties=to_struct(properties))

    def ExistsResource(self, request: pb.ExistsResourceRequest) -> pb.ExistsResourceResponse:  # noqa: N802
        with self._lock:
            self.requests += 1
            self.note_call(f"exists:{request.type}", ("id",), _urn_of(request.provider))
        return pb.ExistsResourceResponse(unknown=True)

    # Functions ------------------------------------------------------------------------------------------------------

    def Invoke(self, request: pb.ResourceInvokeRequest) -> pb.ResourceInvokeResponse:  # noqa: N802
        if self._invoke_transforms:
            self._leave_loop()
            self._transform_invoke(request)
        with self._lock:
            self.requests += 1
            if request.tok == GET_RESOURCE:
                return _returns(
                    pb.ResourceInvokeResponse, self._resource_state(request.args.fields["urn"].string_value)
                )
            provider = self._provider(request, None, None, f"invoke {request.tok}")
            if any(self._unresolved(urn) for urn in request.dependsOn):
                return pb.ResourceInvokeResponse(unknown=True)
            answer = self._answer(request.tok, plain(request.args), provider)
        if answer is None:
            return pb.ResourceInvokeResponse(unknown=True)
        return _returns(pb.ResourceInvokeResponse, answer)

    def Call(self, request: pb.ResourceCallRequest) -> provider_pb2.CallResponse:  # noqa: N802
        args = plain(request.args)
        with self._lock:
            self.requests += 1
            answer = self._answer(request.tok, args, _urn_of(request.provider))
        if answer is None:
            answer = {"result": UNKNOWN_TEXT}
        urns = sorted({urn for deps in request.argDependencies.values() for urn in deps.urns})
        dependencies = {key: provider_pb2.CallResponse.ReturnDependencies(urns=urns) for key in answer}
        return _returns(provider_pb2.CallResponse, answer, returnDependencies=dependencies)

    def _answer(self, token: str, args: dict[str, Plain], provider: str | None) -> dict[str, Plain] | None:
        given = self._invokes.get(token)
        answer = given(args) if callable(given) else given
        if answer is not None:
            self.note_call(token, args, provider, "given")
            return {key: encode(value) for key, value in answer.items()}
        known = answers.known(token) if self._assume or answers.is_computed(token) else None
        if known is None:
            self.note_call(token, args, provider)
            return None
        answer = known(args, answers.Context(self._settings(provider)))
        self.note_call(token, args, provider, "computed" if answers.is_computed(token) else "assumed")
        if not answers.is_computed(token):
            self._mark(token, answer, args)
        return answer

    def note_missing(self, key: str, kind: SettingKind, frames: Iterable[tuple[str, int]], *, secret: bool) -> None:
        """Keep that the program requires a setting without a value."""
        self.missing.setdefault(key, Missing(kind, source.nearest(frames, self.root), secret))

    def note_call(self, token: str, args: Iterable[str], provider: str | None, answer: str = "unknown") -> None:
        """Keep that a function was called, and where its answer comes from."""
        self.calls.append(Call(token, tuple(sorted(args)), provider, answer))
        self._has_placeholders |= answer in ("unknown", "assumed")

    def fills(self, token: str) -> bool:
        """Whether the answer of ``token`` is one of ours, which leaves out attributes: they are unknown, not empty."""
        return self._assume and token not in self._invokes and answers.known(token) is not None

    def note_skip(self, frames: Iterable[tuple[str, int]], what: str, times: int = 1) -> None:
        """Keep that code of the program did not run, at the nearest of ``frames`` that is its own."""
        self._skipped[source.nearest(frames, self.root), what] += times

    def note_text(self) -> None:
        """Keep that texts of the program may hold what is not known."""
        self._has_placeholders = True

    @property
    def skipped(self) -> tuple[Skip, ...]:
        """What did not run, by place."""
        return tuple(sorted((Skip(*key, times) for key, times in self._skipped.items() if times), key=str))

    def _settings(self, provider: str | None) -> dict[str, str]:
        """The texts among a provider's inputs. SDKs send some as JSON; a text that is none is itself."""
        row = self.resources.get(provider or "")
        return {key: value for key, value in row.inputs.items() if isinstance(value, str)} if row else {}

    def _mark(self, token: str, answer: dict[str, Plain], args: dict[str, Plain]) -> None:
        """Know the texts of an assumed answer again. What the program or its configuration says itself is none."""
        said = {*answers.texts(args), *(text for text in self._config.values() if isinstance(text, str))}
        said |= {
            text for row in self.resources.values() if row.is_provider for text in self._settings(row.urn).values()
        }
        for text in set(answers.texts(answer)) - said:
            if len(text) >= _TELLING:
                self._assumed.setdefault(text, set()).add(token)
        longest = sorted(self._assumed, key=len, reverse=True)
        self._assumed_text = re.compile("|".join(map(re.escape, longest))) if longest else None

    def _rests_on(self, properties: Mapping[str, Plain]) -> dict[str, tuple[str, ...]]:
        """The functions whose assumed answers are in each of ``properties``."""
        if self._assumed_text is None:
            return {}
        found = {
            key: {
                token
                for text in answers.texts(value)
                for met in self._assumed_text.findall(text)
                for token in self._assumed[met]
            }
            for key, value in properties.items()
        }
        return {key: tuple(sorted(tokens)) for key, tokens in found.items() if tokens}

    def _add_manifests(self, component: Resource, inputs: Mapping[str, Plain]) -> None:
        """The children that the Kubernetes plugin makes of YAML that can be read here."""
        prefix = str(inputs.get("resourcePrefix") or component.name)
        for item in manifests.declared(inputs, Path.cwd()) or ():
            urn = self._urn(component.urn, manifests.token(item), manifests.name(item, prefix))
            hidden = {key: Secret() for key in ("data", "stringData") if key in item and item.get("kind") == "Secret"}
            self._add(
                Resource(
                    urn=urn,
                    id=UNKNOWN,
                    parent=component.urn,
                    provider=component.provider,
                    inputs=decode_map(item) | hidden,
                    options=Options(protect=component.options.protect),
                    place=component.place,
                    assumed=self._rests_on({**item, "urn": urn}),
                )
            )

    def _unresolved(self, urn: str) -> bool:
        row = self.resources.get(urn)
        return row is not None and row.custom and row.id is UNKNOWN and not row.is_provider

    def _resource_state(self, urn: str) -> dict[str, Plain]:
        row = self.resources[urn]
        state = {key: encode(_without_content(value)) for key, value in {**row.inputs, **row.outputs}.items()}
        return {"urn": urn, "id": row.id if isinstance(row.id, str) else "", "state": state}

    def _stack_reference(self, name: str) -> dict[str, Plain]:
        outputs = self._stack_references.get(name)
        self.note_call(STACK_REFERENCE, (name,), None, "unknown" if outputs is None else "given")
        if outputs is None:
            return {"name": name}
        # The SDK takes one unknown among the outputs for "all are unknown", so a secret has a text to stand for it.
        hidden = {SIGNATURE: SECRET, "value": SECRET_PLACEHOLDER}
        sent = {key: hidden if isinstance(value, Secret) else encode(value) for key, value in outputs.items()}
        return {"name": name, "outputs": sent, "secretOutputNames": [key for key in sent if sent[key] is hidden]}

    # Transforms, hooks, packages --------------------------------------------------------------------------------------

    def RegisterStackTransform(self, callback: callback_pb2.Callback) -> empty_pb2.Empty:  # noqa: N802
        self._stack_transforms.append(callback)
        return empty_pb2.Empty()

    def RegisterStackInvokeTransform(self, callback: callback_pb2.Callback) -> empty_pb2.Empty:  # noqa: N802
        self._invoke_transforms.append(callback)
        return empty_pb2.Empty()

    def RegisterResourceHook(self, _request: pb.RegisterResourceHookRequest) -> empty_pb2.Empty:  # noqa: N802
        return empty_pb2.Empty()

    def RegisterErrorHook(self, _request: pb.RegisterErrorHookRequest) -> empty_pb2.Empty:  # noqa: N802
        return empty_pb2.Empty()

    def RegisterPackage(self, request: pb.RegisterPackageRequest) -> pb.RegisterPackageResponse:  # noqa: N802
        with self._lock:
            reference = f"package-{len(self._packages)}"
            self._packages[reference] = request
        return pb.RegisterPackageResponse(ref=reference)

    def SignalAndWaitForShutdown(self, _request: empty_pb2.Empty) -> empty_pb2.Empty:  # noqa: N802
        return empty_pb2.Empty()

    def _transforms_of(self, request: pb.RegisterResourceRequest) -> list[callback_pb2.Callback]:
        """Its own, then its parents', then the stack's, in the order in which the engine runs them."""
        callbacks = list(request.transforms)
        parent: str | None = request.parent
        while parent:
            callbacks += self._transforms.get(parent, ())
            parent = self.resources[parent].parent if parent in self.resources else None
        return callbacks + self._stack_transforms

    def _transformed(
        self, request: pb.RegisterResourceRequest, callbacks: Sequence[callback_pb2.Callback]
    ) -> pb.RegisterResourceRequest:
        result = pb.RegisterResourceRequest()
        result.CopyFrom(request)
        if request.transforms:
            result.object.CopyFrom(to_struct(_with_dependencies(request)))
        options = pb.TransformResourceOptions()
        for there, here in _TRANSFORMED.items():
            _copy(request, here, options, there)
        if request.deleteBeforeReplaceDefined:
            options.delete_before_replace = request.deleteBeforeReplace
        for callback in callbacks:
            question = pb.TransformRequest(
                type=request.type,
                name=request.name,
                custom=request.custom,
                parent=request.parent,
                properties=result.object,
                options=options,
            )
            answer = pb.TransformResponse.FromString(self._call_back(callback, question.SerializeToString()))
            if answer.HasField("properties"):
                result.object.CopyFrom(answer.properties)
            if answer.HasField("options"):
                options = answer.options
        for there, here in _TRANSFORMED.items():
            _copy(options, there, result, here)
        if options.HasField("delete_before_replace"):
            result.deleteBeforeReplace, result.deleteBeforeReplaceDefined = options.delete_before_replace, True
        if request.transforms:
            # The engine reads dependencies anew only where the resource itself has transforms (source_eval.go).
            result.propertyDependencies.clear()
        else:
            _copy(request, "dependencies", result, "dependencies")
        return result

    def _transform_invoke(self, request: pb.ResourceInvokeRequest) -> None:
        options = pb.TransformInvokeOptions(
            provider=request.provider, version=request.version, plugin_download_url=request.pluginDownloadURL
        )
        for callback in self._invoke_transforms:
            question = pb.TransformInvokeRequest(token=request.tok, args=request.args, options=options)
            answer = pb.TransformInvokeResponse.FromString(self._call_back(callback, question.SerializeToString()))
            if answer.HasField("args"):
                request.args.CopyFrom(answer.args)
            if answer.HasField("options"):
                options = answer.options
        request.provider, request.version = options.provider, options.version
        request.pluginDownloadURL = options.plugin_download_url

    def _leave_loop(self) -> None:
        if threading.get_ident() == self._loop_thread:
            raise LoopIsBusy

    def _call_back(self, callback: callback_pb2.Callback, request: bytes) -> bytes:
        """Run a function of the program, by the channel on which the engine would."""
        with self._lock:
            channel = self._channels.get(callback.target)
            if channel is None:
                channel = self._channels[callback.target] = grpc.insecure_channel(callback.target)
        stub = callback_pb2_grpc.CallbacksStub(channel)
        return stub.Invoke(callback_pb2.CallbackInvokeRequest(token=callback.token, request=request)).response

    # What a request says ----------------------------------------------------------------------------------------------

    def _urn(self, parent: str, token: str, name: str) -> str:
        """The engine's name for a resource: the types of its parents, without the stack's, then its own."""
        qualified = Urn.parse(parent).qualified_type if parent else STACK_TYPE
        prefix = "" if qualified == STACK_TYPE else f"{qualified}$"
        return str(Urn(self.stack, self.project, prefix + token, name))

    def _told_apart(self, request: pb.RegisterResourceRequest | pb.ReadResourceRequest) -> str:
        """The name of a resource. Those whose names hold something that is not known here are counted instead: what it
        is in the cloud keeps them apart."""
        if UNKNOWN_TEXT not in request.name:
            return request.name
        name = request.name.replace(UNKNOWN_TEXT, "unknown")
        self._unknown_names[request.parent, request.type, name] += 1
        n = self._unknown_names[request.parent, request.type, name]
        return name if n == 1 else f"{name}-{n}"

    def _place(self, request: pb.RegisterResourceRequest | pb.ReadResourceRequest) -> Place | None:
        frames = ((source.from_uri(f.pc.uri), f.pc.line) for f in request.stackTrace.frames if f.pc.uri)
        return source.nearest(frames, self.root)

    def _add(self, row: Resource) -> None:
        earlier = self.resources.setdefault(row.urn, row)
        if earlier is not row:
            self.problems.append(
                Problem(
                    f"there is one already, at {earlier.place}",
                    label(row),
                    row.place,
                    f"both would be {row.urn}: give one another name or another parent",
                )
            )

    def _provider(
        self,
        request: Served,
        urn: str | None,
        place: Place | None,
        action: str,
    ) -> str | None:
        """URN of the provider that serves ``request``: its own, its parents', or the package's default."""
        package = (request.tok if isinstance(request, pb.ResourceInvokeRequest) else request.type).split(":", 1)[0]
        reference = request.provider
        if not reference and isinstance(request, pb.RegisterResourceRequest):
            reference = request.providers.get(package, "")
        reference = reference or self._providers.get(request.parent, {}).get(package, "")
        if reference:
            return _urn_of(reference)
        if package != "pulumi" and not self._disabled_defaults.isdisjoint({"*", package}):
            self.problems.append(
                Problem(
                    f"no provider for {action}, and {DISABLE_DEFAULTS} rules out the default one of {package!r}",
                    label(Urn.parse(urn)) if urn else None,
                    place,
                    "pass ResourceOptions(provider=...), or a parent that has one",
                )
            )
            return None
        return self._default_provider(package, request)

    def _default_provider(self, package: str, request: Served) -> str:
        plugin = self._plugin(request)
        urn = self._urn("", f"{PROVIDER_TYPE_PREFIX}{package}", plugin.default_name)
        if urn not in self.resources:
            prefix = f"{package}:"
            stated = {key.removeprefix(prefix): v for key, v in self._config.items() if key.startswith(prefix)}
            inputs = {**self._from_environment(package), **stated, **plugin.inputs}
            self._add(Resource(urn=urn, id=UNKNOWN, inputs=inputs))
        return urn

    def _from_environment(self, package: str) -> dict[str, Value]:
        """What a provider takes from variables where its configuration does not say."""
        found = (
            (name, next((value for variable in variables if (value := self._environment.get(variable))), None))
            for name, variables in _VARIABLES.get(package, {}).items()
        )
        return {name: value for name, value in found if value}

    def _plugin(self, request: Served) -> _Plugin:
        package = self._packages.get(request.packageRef)
        if package is None:
            return _Plugin(request.version, request.pluginDownloadURL)
        if not package.HasField("parameterization"):
            return _Plugin(package.version, package.download_url)
        value = base64.b64encode(package.parameterization.value).decode()
        base: dict[str, Value] = {"name": package.name, "version": package.version, "parameterization": value}
        return _Plugin(package.parameterization.version, package.download_url, base)

    def _options(self, request: pb.RegisterResourceRequest, inherited: Options) -> Options:
        """The options that ``request`` states, and those that the engine takes from the parent."""
        delete_before = request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None
        hooks = {field.name: tuple(names) for field, names in request.hooks.ListFields()}
        trigger = request.replacement_trigger if request.HasField("replacement_trigger") else None
        return Options(
            protect=request.protect if request.HasField("protect") else inherited.protect,
            retain_on_delete=(
                request.retainOnDelete if request.HasField("retainOnDelete") else inherited.retain_on_delete
            ),
            delete_before_replace=delete_before,
            ignore_changes=tuple(request.ignoreChanges),
            replace_on_changes=tuple(request.replaceOnChanges),
            additional_secret_outputs=tuple(request.additionalSecretOutputs),
            hide_diff=tuple(request.hideDiffs),
            aliases=tuple(self._aliases(request)),
            timeouts=Timeouts(**{f.name: _seconds(text) for f, text in request.customTimeouts.ListFields()}),
            import_id=request.importId or None,
            deleted_with=request.deletedWith or inherited.deleted_with,
            replace_with=tuple(request.replace_with),
            replacement_trigger=decode(plain_value(trigger)) if trigger is not None else None,
            hooks=hooks,
        )

    def _aliases(self, request: pb.RegisterResourceRequest) -> Iterable[str]:
        """Every URN under which the resource may have been known before: its own aliases and those by its parents'."""
        own = [*request.aliasURNs]
        for alias in request.aliases:
            spec = alias.spec
            if not alias.HasField("spec"):
                own.append(alias.urn)
                continue
            parent = "" if spec.noParent else spec.parentUrn or request.parent
            urn = Urn.parse(self._urn(parent, spec.type or request.type, spec.name or request.name))
            own.append(str(urn._replace(stack=spec.stack or urn.stack, project=spec.project or urn.project)))
        inherited = (
            self._urn(former, Urn.parse(urn).type, _renamed(Urn.parse(urn).name, parent.name, Urn.parse(former).name))
            for parent in ([self.resources[request.parent]] if request.parent in self.resources else [])
            for former in parent.options.aliases
            for urn in (self._urn(request.parent, request.type, request.name), *own)
        )
        return dict.fromkeys((*own, *inherited))


_TRANSFORMED: Final = {
    "depends_on": "dependencies",
    "protect": "protect",
    "ignore_changes": "ignoreChanges",
    "replace_on_changes": "replaceOnChanges",
    "version": "version",
    "aliases": "aliases",
    "provider": "provider",
    "custom_timeouts": "customTimeouts",
    "plugin_download_url": "pluginDownloadURL",
    "retain_on_delete": "retainOnDelete",
    "deleted_with": "deletedWith",
    "additional_secret_outputs": "additionalSecretOutputs",
    "providers": "providers",
    "hooks": "hooks",
    "import": "importId",
    "hide_diff": "hideDiffs",
    "replace_with": "replace_with",
    "replacement_trigger": "replacement_trigger",
}
"""Fields of a transform's options, and what a registration calls them."""


def _copy(origin: Any, name: str, target: Any, other: str) -> None:
    """Set ``target.other`` to ``origin.name``, whatever kind of protobuf field it is; clear it where there is none."""
    target.ClearField(other)
    field = origin.DESCRIPTOR.fields_by_name[name]
    if field.has_presence and not origin.HasField(name):
        return
    value = getattr(origin, name)
    if hasattr(value, "MergeFrom"):  # a list, a map or a message
        getattr(target, other).MergeFrom(value)
    else:
        setattr(target, other, value)


def _with_dependencies(request: pb.RegisterResourceRequest) -> dict[str, Plain]:
    """The inputs as output values that say what they depend on, as the engine hands them to transforms."""

    def output(value: Plain, urns: Sequence[str]) -> Plain:
        if is_object(value) and value.get(SIGNATURE) == OUTPUT:
            return {**value, "dependencies": sorted({*value.get("dependencies", ()), *urns})}
        result: dict[str, Plain] = {SIGNATURE: OUTPUT, "dependencies": sorted(urns)}
        if has_signature(value, SECRET):
            result["secret"], value = True, value["value"]
        return result if value == UNKNOWN_TEXT else {**result, "value": value}

    dependencies = {key: list(deps.urns) for key, deps in request.propertyDependencies.items() if deps.urns}
    return {
        key: output(value, dependencies[key]) if key in dependencies else value
        for key, value in plain(request.object).items()
    }


def _without_content(value: Value) -> Value:
    """``value``, unknown where it is an asset of which only the hash is kept: the SDK cannot make one of that."""
    match value:
        case list():
            return [_without_content(item) for item in value]
        case dict():
            return {key: _without_content(item) for key, item in value.items()}
        case Asset(kind="hash"):
            return UNKNOWN
        case _:
            return value


def _urn_of(reference: str) -> str | None:
    """The URN in a provider reference ``<urn>::<id>``."""
    return reference.rsplit("::", 1)[0] or None


def _renamed(name: str, parent: str, former: str) -> str:
    """A child's former name, where children are called ``<parent>-<what>`` (``inheritedChildAlias``)."""
    return former + name.removeprefix(parent) if name.startswith(parent) else name


def _disabled_defaults(config: Mapping[str, str]) -> frozenset[str]:
    text = config.get(DISABLE_DEFAULTS) or "[]"
    return frozenset(str(item).strip() for item in json.loads(text))


_UNITS: Final = {"h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


def _seconds(duration: str) -> float:
    """Go's notation of a duration, such as ``1h30m``, in seconds."""
    parts = re.findall(r"([\d.]+)(h|ms|m|s|us|µs|ns)", duration)
    if not duration or "".join(map("".join, parts)) != duration:
        raise ValueError(f"{duration!r} is not a duration such as '30m' or '1h30m'")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def _returns(response: Any, answer: dict[str, Plain], **fields: object) -> Any:
    """A response whose field is called ``return``, which Python cannot spell as a keyword."""
    return response(**{"return": to_struct(answer)}, **fields)
