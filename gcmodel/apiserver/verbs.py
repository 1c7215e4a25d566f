"""Verbs on the resources that the server stores itself.

Upstream: ``registerResourceHandlers`` in apiserver pkg/endpoints/installer.go
"""

from collections.abc import Callable

from gcmodel.apiserver import answers
from gcmodel.apiserver.backend import Backend
from gcmodel.apiserver.creating import Creating
from gcmodel.apiserver.deleting import Deleting
from gcmodel.apiserver.patching import Patching
from gcmodel.apiserver.reading import Reading
from gcmodel.apiserver.requests import Answer, Request, Response
from gcmodel.apiserver.resources import ResourceType
from gcmodel.apiserver.subresources import check_subresource
from gcmodel.apiserver.watching import Watching
from gcmodel.apiserver.writing import Writing


class Verbs:
    """Finds who carries a request out, and has it done."""

    def __init__(self, backend: Backend) -> None:
        """Wire the verbs to what they work on."""
        self.backend = backend
        self.reading = Reading(backend)
        self.watching = Watching(backend)
        self.creating = Creating(backend)
        self.writing = Writing(backend, self.creating)
        self.patching = Patching(backend, self.writing)
        self.deleting = Deleting(backend, self.reading, self.writing)
        self._reads: dict[str, Callable[[ResourceType, Request], Answer]] = {
            "get": self.reading.get,
            "list": self.reading.list,
            "watch": self.watching.watch,
        }
        self._writes: dict[str, Callable[[ResourceType, Request], Response]] = {
            "create": self.creating.create,
            "update": self.writing.update,
            "patch": self.patching.patch,
            "delete": self.deleting.delete,
            "deletecollection": self.deleting.delete_collection,
        }

    def carry_out(self, request: Request) -> Response:
        """Carry out *request* on the resource that it names.

        Raises:
            ApiError: The resource is not served, does not know the verb, or says no.
        """
        served = self.backend.registry.find(request.resource)
        if served is None or not served.serves_objects:
            raise answers.no_resource()
        verb = request.verb
        if verb not in served.verbs:
            raise answers.method_not_allowed(served.group_resource, verb)
        if verb == "deletecollection" and served.namespaced and not request.namespace:
            # The path of all namespaces can be read, and nothing else.
            raise answers.no_such_method()
        check_subresource(served, request.subresource)
        read = self._reads.get(verb)
        if read is not None:
            return Response(200, read(served, request))
        return self._writes[verb](served, request)
