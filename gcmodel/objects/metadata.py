"""Objects as values: metadata in named fields, the rest as plain JSON.

Upstream: ``ObjectMeta`` and ``OwnerReference`` in apimachinery
pkg/apis/meta/v1/types.go
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

import attrs

from gcmodel.errors import UsageError, shown
from gcmodel.objects.identity import GroupVersionKind, ObjectReference, Uid

Json: TypeAlias = dict[str, Any]
"""A JSON object. Stored values are shared and therefore never changed in place."""

_NOTHING: Mapping[str, str] = {}


class OwnerReference(NamedTuple):
    """An edge as the dependent states it; the server never checks that it holds.

    The owner lives in the dependent's namespace, or in none.
    """

    api_version: str
    kind: str
    name: str
    uid: Uid
    controller: bool | None = None
    block_owner_deletion: bool | None = None

    @classmethod
    def from_dict(cls, wire: Mapping[str, Any]) -> "OwnerReference":
        """Read the wire form; null counts as absent."""
        return cls(
            wire.get("apiVersion") or "",
            wire.get("kind") or "",
            wire.get("name") or "",
            Uid(wire.get("uid") or ""),
            wire.get("controller"),
            wire.get("blockOwnerDeletion"),
        )

    def to_dict(self) -> Json:
        """Render in wire form, without what was not said."""
        wire: Json = {
            "apiVersion": self.api_version,
            "kind": self.kind,
            "name": self.name,
            "uid": self.uid,
        }
        if self.controller is not None:
            wire["controller"] = self.controller
        if self.block_owner_deletion is not None:
            wire["blockOwnerDeletion"] = self.block_owner_deletion
        return wire

    def coordinates_match(self, identity: ObjectReference) -> bool:
        """Whether this names *identity* in everything but its namespace."""
        return (
            self.uid == identity.uid
            and self.name == identity.name
            and self.kind == identity.kind
            and self.api_version == identity.api_version
        )

    def in_namespace(self, namespace: str) -> ObjectReference:
        """Return the identity that this claims, taken to live in *namespace*."""
        return ObjectReference(
            self.api_version, self.kind, namespace, self.name, self.uid
        )


@attrs.frozen(kw_only=True)
class ObjectMeta:
    """What every object carries.

    Attributes:
        resource_version: The store's revision at which the object last changed,
            as a decimal string; empty on an object that was never stored.
        creation_timestamp: Seconds since the Unix epoch.
        deletion_timestamp: Likewise; set means *being deleted*, and for a Pod it
            may lie in the future.
    """

    name: str = ""
    generate_name: str = ""
    namespace: str = ""
    uid: Uid = Uid("")
    resource_version: str = ""
    generation: int = 0
    creation_timestamp: int | None = None
    deletion_timestamp: int | None = None
    deletion_grace_period_seconds: int | None = None
    labels: Mapping[str, str] = _NOTHING
    annotations: Mapping[str, str] = _NOTHING
    owner_references: tuple[OwnerReference, ...] = ()
    finalizers: tuple[str, ...] = ()

    @property
    def being_deleted(self) -> bool:
        """Whether deletion has begun. It is a one-way trip."""
        return self.deletion_timestamp is not None

    @property
    def controller(self) -> OwnerReference | None:
        """The one owner that manages the object, if any."""
        return next((ref for ref in self.owner_references if ref.controller), None)

    @classmethod
    def from_dict(cls, wire: Mapping[str, Any]) -> "ObjectMeta":
        """Read the wire form; null counts as absent."""
        return cls(
            name=wire.get("name") or "",
            generate_name=wire.get("generateName") or "",
            namespace=wire.get("namespace") or "",
            uid=Uid(wire.get("uid") or ""),
            resource_version=wire.get("resourceVersion") or "",
            generation=wire.get("generation") or 0,
            creation_timestamp=_seconds(wire.get("creationTimestamp")),
            deletion_timestamp=_seconds(wire.get("deletionTimestamp")),
            deletion_grace_period_seconds=wire.get("deletionGracePeriodSeconds"),
            labels=wire.get("labels") or _NOTHING,
            annotations=wire.get("annotations") or _NOTHING,
            owner_references=tuple(
                OwnerReference.from_dict(ref)
                for ref in wire.get("ownerReferences") or ()
            ),
            finalizers=tuple(wire.get("finalizers") or ()),
        )

    def to_dict(self) -> Json:
        """Render in wire form, without what is empty.

        Raises:
            UsageError: A field holds what it cannot.
        """
        try:
            return self._to_dict()
        except (TypeError, ValueError, OverflowError) as error:
            if isinstance(error, UsageError):
                raise
            raise UsageError(
                f"metadata of {shown(self.name)}: cannot be written as JSON ({error}); "
                "use values of the types that ObjectMeta names"
            ) from None

    def _to_dict(self) -> Json:
        for reference in self.owner_references:
            if not isinstance(reference, OwnerReference):
                raise UsageError(
                    f"owner_references: {shown(reference)} is none; "
                    "write OwnerReference.from_dict(…)"
                )
        wire: Json = {
            "name": self.name,
            "generateName": self.generate_name,
            "namespace": self.namespace,
            "uid": self.uid,
            "resourceVersion": self.resource_version,
            "generation": self.generation,
            "creationTimestamp": rfc3339(self.creation_timestamp),
            "deletionTimestamp": rfc3339(self.deletion_timestamp),
            "labels": dict(self.labels),
            "annotations": dict(self.annotations),
            "ownerReferences": [ref.to_dict() for ref in self.owner_references],
            "finalizers": list(self.finalizers),
        }
        wire = {key: value for key, value in wire.items() if value}
        if self.deletion_grace_period_seconds is not None:
            wire["deletionGracePeriodSeconds"] = self.deletion_grace_period_seconds
        return wire

    def but(self, **changes: Any) -> "ObjectMeta":
        """Return a copy that differs by *changes*: ``attrs.evolve``, at half its cost.

        Every write makes several.

        Raises:
            TypeError: One of them is not a field.
        """
        return ObjectMeta(
            **{**dict(zip(_FIELDS, _fields_of(self), strict=True)), **changes}
        )


_FIELDS = tuple(field.name for field in attrs.fields(ObjectMeta))
_fields_of = attrgetter(*_FIELDS)


@attrs.frozen
class KubeObject:
    """One state of one object: immutable, so that it can be shared freely.

    * **Lists and dicts inside are not**: nobody changes them in place. What leaves the
      model, to be read or changed by others, is a :meth:`copy`.

    Attributes:
        body: Everything but apiVersion, kind and metadata.
    """

    api_version: str
    kind: str
    metadata: ObjectMeta
    body: Json = attrs.field(factory=dict)

    @property
    def gvk(self) -> GroupVersionKind:
        """Group, version and kind."""
        return GroupVersionKind.of(self.api_version, self.kind)

    @property
    def reference(self) -> ObjectReference:
        """Coordinates and incarnation."""
        meta = self.metadata
        return ObjectReference(
            self.api_version, self.kind, meta.namespace, meta.name, meta.uid
        )

    @property
    def key(self) -> str:
        """``namespace/name``, or ``name``: how caches know the object."""
        meta = self.metadata
        return f"{meta.namespace}/{meta.name}" if meta.namespace else meta.name

    @property
    def name(self) -> str:
        """``metadata.name``."""
        return self.metadata.name

    @property
    def namespace(self) -> str:
        """``metadata.namespace``; empty if cluster-scoped."""
        return self.metadata.namespace

    @property
    def uid(self) -> Uid:
        """``metadata.uid``."""
        return self.metadata.uid

    @property
    def spec(self) -> Json:
        """``spec``, or an empty object. Not to be changed in place."""
        return self.body.get("spec") or {}

    @property
    def status(self) -> Json:
        """``status``, or an empty object. Not to be changed in place."""
        return self.body.get("status") or {}

    def with_metadata(self, **changes: Any) -> "KubeObject":
        """Return a copy whose metadata differ by *changes*."""
        try:
            metadata = self.metadata.but(**changes)
        except TypeError:
            unknown = ", ".join(name for name in changes if name not in _FIELDS)
            raise UsageError(
                f"{unknown}: not a field of metadata; use some of {', '.join(_FIELDS)}"
            ) from None
        return KubeObject(self.api_version, self.kind, metadata, self.body)

    def with_body(self, **changes: Any) -> "KubeObject":
        """Return a copy whose top-level fields differ by *changes*; None removes."""
        body = {**self.body, **changes}
        body = {key: value for key, value in body.items() if value is not None}
        return KubeObject(self.api_version, self.kind, self.metadata, body)

    @classmethod
    def from_dict(cls, wire: Mapping[str, Any]) -> "KubeObject":
        """Read the wire form. The caller has checked its shape."""
        body = {
            key: value
            for key, value in wire.items()
            if key not in ("apiVersion", "kind", "metadata")
        }
        return cls(
            wire.get("apiVersion") or "",
            wire.get("kind") or "",
            ObjectMeta.from_dict(wire.get("metadata") or {}),
            body,
        )

    def copy(self) -> "KubeObject":
        """Return an equal object that shares nothing which can be changed."""
        meta = self.metadata.but(
            labels=dict(self.metadata.labels),
            annotations=dict(self.metadata.annotations),
        )
        return KubeObject(self.api_version, self.kind, meta, copied(self.body))

    def to_dict(self) -> Json:
        """Render in wire form; the result is the caller's own.

        Raises:
            UsageError: An owner reference is none.
        """
        return {
            "apiVersion": self.api_version,
            "kind": self.kind,
            "metadata": self.metadata.to_dict(),
            **copied(self.body),
        }


def copied(value: Any) -> Any:
    """Return a copy of JSON that shares nothing which can be changed."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value


def rfc3339(seconds: int | None) -> str:
    """Render *seconds* since the epoch as Kubernetes does; empty for None."""
    if seconds is None:
        return ""
    moment = datetime.fromtimestamp(seconds, tz=UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(value: str | int | None) -> int | None:
    if value is None or isinstance(value, int):
        return value
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        # Without a zone Python would take the machine's.
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp())
