"""The verbs as awaitables: one identity, one rate limit.

Upstream: client-go rest/request.go, metadata/metadata.go
"""

import attrs

from gcmodel.apiserver.requests import Request, Response
from gcmodel.apiserver.watch import WatchStream
from gcmodel.client.rate_limiter import TokenBucket
from gcmodel.client.transport import Transport
from gcmodel.client.understanding import understood
from gcmodel.errors import ApiError, Status
from gcmodel.kernel.scheduler import Scheduler, sleep
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.metadata import KubeObject
from gcmodel.objects.options import DeleteOptions
from gcmodel.objects.patch_types import Patch


@attrs.define(eq=False)
class Client:
    """Sends requests as one *user*, no faster than its *limiter* allows.

    * **Counted**: every request, discovery and watches included, takes a token
      before it is sent.
    * **Late**: every call is a scheduling point; what was read before it may no
      longer hold after it.

    Attributes:
        by_path: It is a metadata client, which asks by path and has no word for
            what it asked for.
        sent: How many requests so far.
    """

    transport: Transport
    user: str
    limiter: TokenBucket | None = None
    by_path: bool = False
    sent: int = 0

    @property
    def scheduler(self) -> Scheduler:
        """The scheduler whose time the calls take."""
        return self.transport.scheduler

    async def get(
        self, resource: GroupVersionResource, namespace: str, name: str
    ) -> KubeObject:
        """Read one object from the store itself.

        Raises:
            NotFoundError: There is none.
        """
        answer = await self._send("get", resource, namespace=namespace, name=name)
        return _object(answer)

    async def list(  # noqa: PLR0913  (the query parameters of a request)
        self,
        resource: GroupVersionResource,
        namespace: str = "",
        *,
        label_selector: str = "",
        field_selector: str = "",
        limit: int = 0,
        continue_token: str = "",
        resource_version: str = "",
    ) -> ObjectList:
        """Read a collection: all of it or nothing."""
        answer = await self._send(
            "list",
            resource,
            namespace=namespace,
            label_selector=label_selector,
            field_selector=field_selector,
            limit=limit,
            continue_token=continue_token,
            resource_version=resource_version,
        )
        return _list(answer)

    async def watch(  # noqa: PLR0913  (likewise)
        self,
        resource: GroupVersionResource,
        namespace: str = "",
        *,
        resource_version: str = "",
        timeout_s: int | None = None,
        bookmarks: bool = True,
        send_initial_events: bool = False,
        label_selector: str = "",
    ) -> WatchStream:
        """Open a watch from *resource_version* on."""
        answer = await self._send(
            "watch",
            resource,
            namespace=namespace,
            resource_version=resource_version,
            timeout_s=timeout_s,
            allow_bookmarks=bookmarks,
            send_initial_events=send_initial_events,
            resource_version_match="NotOlderThan" if send_initial_events else "",
            label_selector=label_selector,
        )
        assert isinstance(answer.body, WatchStream)
        return answer.body

    async def create(
        self, resource: GroupVersionResource, wanted: KubeObject
    ) -> KubeObject:
        """Create *wanted* in the namespace that it names."""
        answer = await self._send(
            "create", resource, namespace=wanted.namespace, body=wanted
        )
        return _object(answer)

    async def update(
        self, resource: GroupVersionResource, wanted: KubeObject, subresource: str = ""
    ) -> KubeObject:
        """Replace an object, or its *subresource* (``status``, ``finalize``)."""
        answer = await self._send(
            "update",
            resource,
            namespace=wanted.namespace,
            name=wanted.name,
            subresource=subresource,
            body=wanted,
        )
        return _object(answer)

    async def patch(
        self,
        resource: GroupVersionResource,
        namespace: str,
        name: str,
        patch: Patch,
        subresource: str = "",
    ) -> KubeObject:
        """Change part of an object."""
        answer = await self._send(
            "patch",
            resource,
            namespace=namespace,
            name=name,
            subresource=subresource,
            body=patch,
        )
        return _object(answer)

    async def delete(
        self,
        resource: GroupVersionResource,
        namespace: str,
        name: str,
        options: DeleteOptions | None = None,
    ) -> KubeObject | Status:
        """Delete an object: a Status if it is gone, the object if it lingers."""
        answer = await self._send(
            "delete",
            resource,
            namespace=namespace,
            name=name,
            options=options or DeleteOptions(),
        )
        assert isinstance(answer.body, KubeObject | Status)
        return answer.body

    async def delete_collection(
        self,
        resource: GroupVersionResource,
        namespace: str,
        options: DeleteOptions | None = None,
        *,
        label_selector: str = "",
    ) -> ObjectList:
        """Delete what a list would return, one by one."""
        answer = await self._send(
            "deletecollection",
            resource,
            namespace=namespace,
            options=options or DeleteOptions(),
            label_selector=label_selector,
        )
        return _list(answer)

    async def discover(self, path: str) -> Response:
        """Read one discovery document."""
        return await self.send(Request(verb="discover", user=self.user, path=path))

    async def send(self, request: Request) -> Response:
        """Wait for a token, send *request* and return the answer."""
        self.sent += 1
        if self.limiter is not None:
            wait = self.limiter.reserve(self.scheduler.now)
            if wait:
                await sleep(wait)
        try:
            return await self.transport.send(request)
        except ApiError as error:
            refusal = understood(request, error, by_path=self.by_path)
            if refusal is error:
                raise
            raise refusal from error

    async def _send(
        self, verb: str, resource: GroupVersionResource, **parts: object
    ) -> Response:
        request = Request(verb=verb, user=self.user, resource=resource, **parts)  # type: ignore[arg-type]  # the callers above spell the parts out
        return await self.send(request)


def _object(answer: Response) -> KubeObject:
    assert isinstance(answer.body, KubeObject)
    return answer.body


def _list(answer: Response) -> ObjectList:
    assert isinstance(answer.body, ObjectList)
    return answer.body
