"""An administrator at the keyboard: requests that take no time.

Upstream: none; kubectl, without its network
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import attrs

from gcmodel.apiserver.crds import Crd
from gcmodel.apiserver.requests import Request, Response
from gcmodel.apiserver.server import ApiServer
from gcmodel.apiserver.watch import WatchStream
from gcmodel.cluster.addressing import Addressing, Target
from gcmodel.cluster.arguments import (
    check_namespace,
    check_texts,
    check_type,
    check_whole,
)
from gcmodel.cluster.pod_programs import check_programs
from gcmodel.errors import ApiError, NotFoundError, Status, UsageError, shown
from gcmodel.objects.json_values import plain
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.manifests import Manifest
from gcmodel.objects.metadata import KubeObject
from gcmodel.objects.options import DeleteOptions, Preconditions, PropagationPolicy
from gcmodel.objects.patch_types import Patch, PatchType
from gcmodel.objects.places import Place

Objects: TypeAlias = list[KubeObject]

_INT64 = 2**63
PATCH_TYPES = {
    "merge": PatchType.MERGE,
    "strategic": PatchType.STRATEGIC,
    "json": PatchType.JSON,
}


@attrs.define(eq=False)
class Admin:
    """Carries out requests at the present instant, as *user*.

    Attributes:
        user: Who asks; by default a member of ``system:masters``.
    """

    server: ApiServer
    user: str = "admin"

    @property
    def addressing(self) -> Addressing:
        """How kinds are found."""
        return Addressing(self.server.registry)

    def send(self, request: Request) -> Response:
        """Carry out *request* as *user*."""
        return self.server.handle(attrs.evolve(request, user=self.user))

    def _send_to_one(self, verb: str, target: Target, **fields: Any) -> Response:
        where = self.addressing.address(target)
        request = Request(
            verb=verb,
            user=self.user,
            resource=where.served.gvr,
            namespace=where.namespace,
            name=where.name,
            **fields,
        )
        return self.server.handle(request)

    def _send_to_all(
        self, verb: str, api_version: str, kind: str, namespace: str, **fields: Any
    ) -> Response:
        check_texts(
            namespace=namespace, label_selector=fields.get("label_selector", "")
        )
        served = self.addressing.served(api_version, kind)
        check_namespace(namespace, kind, namespaced=served.namespaced)
        request = Request(
            verb=verb,
            user=self.user,
            resource=served.gvr,
            namespace=namespace,
            **fields,
        )
        return self.server.handle(request)

    def find(self, target: Target) -> KubeObject | None:
        """Return the stored object, or None."""
        try:
            return _object(self._send_to_one("get", target))
        except NotFoundError:
            return None

    def list(
        self, api_version: str, kind: str, namespace: str, label_selector: str
    ) -> list[KubeObject]:
        """Return the objects of a kind, in key order."""
        answer = self._send_to_all(
            "list", api_version, kind, namespace, label_selector=label_selector
        )
        assert isinstance(answer.body, ObjectList)
        return [one.copy() for one in answer.body.items]

    def create(self, wanted: KubeObject) -> KubeObject:
        """Create *wanted*; a namespaced object without a namespace goes to default."""
        served = self.addressing.served(wanted.api_version, wanted.kind)
        placed = _placed(wanted, namespaced=served.namespaced)
        body = placed.to_dict()
        check_programs(body)
        answer = self._send_to_all(
            "create",
            placed.api_version,
            placed.kind,
            placed.namespace,
            body=body,
        )
        return _object(answer)

    def update(self, wanted: KubeObject, subresource: str = "") -> KubeObject:
        """Replace an object."""
        check_type("wanted", wanted, KubeObject, "read it with get() first")
        body = plain(wanted.to_dict(), Place("update"))
        check_programs(body)
        return _object(
            self._send_to_one("update", wanted, subresource=subresource, body=body)
        )

    def patch(self, target: Target, body: object, kind: str) -> KubeObject:
        """Change part of an object; *kind* is merge, strategic or json."""
        if kind not in list(PATCH_TYPES):
            known = ", ".join(PATCH_TYPES)
            text = f"type={shown(kind)}: not a patch type; use one of {known}"
            raise UsageError(text)
        if kind == "json":
            check_type("patch", body, list, "pass a list of operations")
        else:
            check_type("patch", body, dict, "pass a dict of what is to change")
        sent = plain(body, Place("patch"))
        check_programs(sent)
        patch = Patch(PATCH_TYPES[kind], sent)
        return _object(self._send_to_one("patch", target, body=patch))

    def delete(
        self,
        target: Target,
        propagation: str | PropagationPolicy | None,
        grace: int | None,
    ) -> KubeObject | Status:
        """Delete an object; one that was passed in is meant by its UID."""
        if grace is not None:
            check_whole("grace_period_seconds", grace, -_INT64, _INT64 - 1)
        uid = target.uid if isinstance(target, KubeObject) and target.uid else None
        options = DeleteOptions(
            grace_period_seconds=grace,
            preconditions=None if uid is None else Preconditions(uid),
            propagation_policy=_policy(propagation),
        )
        answer = self._send_to_one("delete", target, options=options).body
        assert isinstance(answer, KubeObject | Status)
        return answer.copy() if isinstance(answer, KubeObject) else answer

    def delete_collection(
        self,
        api_version: str,
        kind: str,
        namespace: str,
        label_selector: str,
        propagation: str | PropagationPolicy | None,
    ) -> None:
        """Delete what :meth:`list` returns, one namespace after the other."""
        options = DeleteOptions(propagation_policy=_policy(propagation))
        places = [namespace]
        if not namespace and self.addressing.served(api_version, kind).namespaced:
            found = self.list(api_version, kind, "", label_selector)
            places = list(dict.fromkeys(one.namespace for one in found))
        for where in places:
            self._send_to_all(
                "deletecollection",
                api_version,
                kind,
                where,
                label_selector=label_selector,
                options=options,
            )

    def watch(self, api_version: str, kind: str, namespace: str) -> WatchStream:
        """Open a watch from now on."""
        now = str(self.server.store.revision)
        answer = self._send_to_all(
            "watch", api_version, kind, namespace, resource_version=now
        ).body
        assert isinstance(answer, WatchStream)
        project = answer.project
        answer.project = lambda shown: project(shown).copy()
        return answer

    # Apply

    def apply(self, manifests: Iterable[Manifest]) -> Objects:
        """Create or change every object, or none of them.

        Raises:
            UsageError: A manifest cannot be, or its kind is not served.
            ApiError: The server would refuse one; nothing was applied.
        """
        wanted = [(KubeObject.from_dict(one.wire), one.place) for one in manifests]
        if len(wanted) > 1:
            rehearsing = Admin(self.server.rehearsal(), self.user)
            rehearsing._apply_all(wanted)
        return self._apply_all(wanted)

    def _apply_all(self, wanted: Iterable[tuple[KubeObject, Place]]) -> Objects:
        applied: Objects = []
        for one, place in wanted:
            with _told_where(place):
                applied.append(self._apply_one(one, applied))
        return applied

    def _apply_one(self, wanted: KubeObject, before: Objects) -> KubeObject:
        try:
            served = self.addressing.served(wanted.api_version, wanted.kind)
        except UsageError:
            _check_not_defined(wanted, before)
            raise
        placed = _placed(wanted, namespaced=served.namespaced)
        if not placed.name or self.find(placed) is None:
            return self.create(placed)
        target = (placed.api_version, placed.kind, placed.key)
        return self.patch(target, placed.to_dict(), "merge")


@contextmanager
def _told_where(place: Place) -> Iterator[None]:
    """Name *place* in whatever is wrong with the object that stands there."""
    try:
        yield
    except ApiError as error:
        error.place = str(place)
        raise
    except UsageError as error:
        where = str(place)
        raise (UsageError(f"{where}: {error}") if where else error) from None


def _check_not_defined(wanted: KubeObject, before: Objects) -> None:
    """Refuse a custom resource in the file that brings its definition.

    Raises:
        UsageError: One of *before* defines it.
    """
    for crd in before:
        defines = crd.kind == "CustomResourceDefinition"
        if defines and Crd.of(crd).serves(wanted.gvk):
            raise UsageError(
                f"{wanted.api_version}/{wanted.kind}: its definition {crd.name} is in "
                "the same file, and served only some time later; apply the definition, "
                "run, and then apply this"
            )


def _policy(propagation: str | PropagationPolicy | None) -> str | None:
    return None if propagation is None else PropagationPolicy.parse(propagation).value


def _placed(wanted: KubeObject, *, namespaced: bool) -> KubeObject:
    if namespaced and not wanted.namespace:
        return wanted.with_metadata(namespace="default")
    return wanted


def _object(answer: Response) -> KubeObject:
    assert isinstance(answer.body, KubeObject)
    return answer.body.copy()
