"""Who may do what: rules for users and groups, as RBAC has them.

Upstream: ``RuleAllows`` in plugin/pkg/auth/authorizer/rbac/rbac.go;
``VerbMatches``, ``ResourceMatches`` in pkg/apis/rbac/v1/evaluation_helpers.go;
``ForbiddenMessage`` in apiserver
pkg/endpoints/handlers/responsewriters/errors.go
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

import attrs

ALL = "*"
MASTERS = "system:masters"
AUTHENTICATED = "system:authenticated"
_SERVICE_ACCOUNT = "system:serviceaccount:"


class Decision(NamedTuple):
    """Whether something may be done, and what the authorizer says to it."""

    allowed: bool
    reason: str = ""


class Authorizer(Protocol):
    """Decides; it never changes anything."""

    def authorize(
        self,
        user: str,
        verb: str,
        group: str,
        resource: str,
        namespace: str = "",
        name: str = "",
    ) -> Decision:
        """Judge one request.

        Args:
            user: Who asks.
            verb: Such as ``list``; ``*`` asks for every verb at once.
            group: The API group.
            resource: The plural, with ``/status`` and the like; ``*`` asks for all.
            namespace: Empty for the whole cluster.
            name: Empty for a collection.
        """


@attrs.frozen
class AlwaysAllow:
    """``--authorization-mode=AlwaysAllow``."""

    def authorize(
        self,
        user: str,  # noqa: ARG002  (the protocol's shape)
        verb: str,  # noqa: ARG002
        group: str,  # noqa: ARG002
        resource: str,  # noqa: ARG002
        namespace: str = "",  # noqa: ARG002
        name: str = "",  # noqa: ARG002
    ) -> Decision:
        """Allow it."""
        return Decision(allowed=True)


@attrs.frozen
class Rule:
    """Verbs on resources of groups; ``*`` stands for all, ``*/status`` for any's."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...]
    resources: tuple[str, ...]
    names: tuple[str, ...] = ()

    def allows(self, verb: str, group: str, resource: str, name: str) -> bool:
        """Whether the rule covers the request.

        * **Literal**: the question ``*`` is covered by the answer ``*`` alone, not
          by a list of every verb there is.
        """
        return (
            _covers(self.verbs, verb)
            and _covers(self.groups, group)
            and self._covers_resource(resource)
            and (not self.names or name in self.names)
        )

    def _covers_resource(self, resource: str) -> bool:
        if _covers(self.resources, resource):
            return True
        _, slash, subresource = resource.partition("/")
        return bool(slash) and f"*/{subresource}" in self.resources


def _covers(granted: tuple[str, ...], asked: str) -> bool:
    return ALL in granted or asked in granted


@attrs.frozen
class Grant:
    """Rules for a user or a group, everywhere or in one namespace."""

    subject: str
    rules: tuple[Rule, ...]
    namespace: str = ""

    def applies_to(self, subjects: Iterable[str], namespace: str) -> bool:
        """Whether the grant counts for any of *subjects* in *namespace*."""
        in_scope = not self.namespace or self.namespace == namespace
        return in_scope and self.subject in subjects


@attrs.define(eq=False)
class Rbac:
    """``--authorization-mode=RBAC``: what no grant allows is refused.

    Attributes:
        grants: May be changed while the cluster runs.
        groups: The groups of users, beyond those that follow from the name.
    """

    grants: list[Grant] = attrs.field(factory=lambda: list(bootstrap_grants()))
    groups: Mapping[str, tuple[str, ...]] = attrs.field(
        factory=lambda: dict(BOOTSTRAP_GROUPS)
    )

    def authorize(
        self,
        user: str,
        verb: str,
        group: str,
        resource: str,
        namespace: str = "",
        name: str = "",
    ) -> Decision:
        """Judge one request by the grants."""
        subjects = {user, *self.groups_of(user)}
        for grant in self.grants:
            if grant.applies_to(subjects, namespace) and any(
                rule.allows(verb, group, resource, name) for rule in grant.rules
            ):
                return Decision(allowed=True)
        return Decision(allowed=False)

    def groups_of(self, user: str) -> tuple[str, ...]:
        """Return the groups of *user*."""
        stated = self.groups.get(user, ())
        if user.startswith(_SERVICE_ACCOUNT):
            namespace = user.removeprefix(_SERVICE_ACCOUNT).partition(":")[0]
            accounts = "system:serviceaccounts"
            return (*stated, accounts, f"{accounts}:{namespace}", AUTHENTICATED)
        if user.startswith("system:node:"):
            return (*stated, "system:nodes", AUTHENTICATED)
        return (*stated, AUTHENTICATED)


def forbidden_detail(
    user: str,
    verb: str,
    group: str,
    resource: str,
    namespace: str = "",
    reason: str = "",
) -> str:
    """Return how a refusal is worded, after ``<resource> is forbidden: ``."""
    scope = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
    text = (
        f'User "{user}" cannot {verb} resource "{resource}" '
        f'in API group "{group}" {scope}'
    )
    return f"{text}: {reason}" if reason else text


BOOTSTRAP_GROUPS: Mapping[str, tuple[str, ...]] = {
    "admin": (MASTERS,),
    "system:admin": (MASTERS,),
    "system:apiserver": (MASTERS,),
    "system:kube-aggregator": (MASTERS,),
}
"""Users whose certificate, or whose code, puts them above all rules."""

_READ = ("get", "list", "watch")
_WRITE_CHILDREN = ("create", "delete", "get", "list", "patch", "update", "watch")
_EVENTS = Rule(("create", "patch", "update"), ("", "events.k8s.io"), ("events",))
_WORKLOADS = ("apps", "extensions")


def bootstrap_grants() -> Iterator[Grant]:
    """Walk the grants that every cluster starts with, as far as they matter here.

    Upstream: ``ClusterRoles`` and ``buildControllerRoles`` in
    plugin/pkg/auth/authorizer/rbac/bootstrappolicy
    """
    yield Grant(MASTERS, (Rule((ALL,), (ALL,), (ALL,)),))
    yield Grant("system:kube-controller-manager", _CONTROLLER_MANAGER)
    yield Grant("system:nodes", _NODES)
    for controller, rules in _CONTROLLERS.items():
        subject = f"{_SERVICE_ACCOUNT}kube-system:{controller}"
        yield Grant(subject, (*rules, _EVENTS))


_CONTROLLER_MANAGER = (
    # All shared informers run under this name, so it may list and watch everything.
    Rule(("list", "watch"), (ALL,), (ALL,)),
    Rule(("get", "create", "update"), ("coordination.k8s.io",), ("leases",)),
    Rule(("get", "create", "update"), ("",), ("endpoints", "secrets")),
    Rule(("get",), ("",), ("configmaps", "namespaces", "serviceaccounts")),
    Rule(("create", "update"), ("",), ("serviceaccounts",)),
    Rule(("create",), ("",), ("serviceaccounts/token",)),
    Rule(("delete",), ("",), ("secrets",)),
    Rule(("create",), ("authentication.k8s.io",), ("tokenreviews",)),
    Rule(("create",), ("authorization.k8s.io",), ("subjectaccessreviews",)),
    _EVENTS,
)

_NODES = (
    Rule(("create", "delete", *_READ), ("",), ("pods",)),
    Rule(("patch", "update"), ("",), ("pods/status", "nodes/status")),
    Rule(("create", "patch", "update", *_READ), ("",), ("nodes",)),
    Rule(_WRITE_CHILDREN, ("coordination.k8s.io",), ("leases",)),
    _EVENTS,
)

_CONTROLLERS: Mapping[str, tuple[Rule, ...]] = {
    "generic-garbage-collector": (
        Rule((*_READ, "patch", "update", "delete"), (ALL,), (ALL,)),
    ),
    "namespace-controller": (
        Rule((*_READ, "delete"), ("",), ("namespaces",)),
        Rule(("update",), ("",), ("namespaces/finalize", "namespaces/status")),
        Rule(("get", "list", "delete", "deletecollection"), (ALL,), (ALL,)),
    ),
    "deployment-controller": (
        Rule((*_READ, "update"), _WORKLOADS, ("deployments",)),
        Rule(("update",), _WORKLOADS, ("deployments/status", "deployments/finalizers")),
        Rule(_WRITE_CHILDREN, _WORKLOADS, ("replicasets",)),
        Rule((*_READ, "update"), ("",), ("pods",)),
    ),
    "replicaset-controller": (
        Rule((*_READ, "update"), _WORKLOADS, ("replicasets",)),
        Rule(("update",), _WORKLOADS, ("replicasets/status", "replicasets/finalizers")),
        Rule(("create", "delete", "list", "patch", "watch"), ("",), ("pods",)),
    ),
    "statefulset-controller": (
        Rule(_READ, ("apps",), ("statefulsets",)),
        Rule(
            ("update",), ("apps",), ("statefulsets/status", "statefulsets/finalizers")
        ),
        Rule(_WRITE_CHILDREN, ("apps",), ("controllerrevisions",)),
        Rule(_WRITE_CHILDREN, ("",), ("pods",)),
        Rule(
            (*_READ, "create", "delete", "update"), ("",), ("persistentvolumeclaims",)
        ),
    ),
    "daemon-set-controller": (
        Rule(_READ, _WORKLOADS, ("daemonsets",)),
        Rule(("update",), _WORKLOADS, ("daemonsets/status", "daemonsets/finalizers")),
        Rule(("list", "watch"), ("",), ("nodes",)),
        Rule(_WRITE_CHILDREN, ("apps",), ("controllerrevisions",)),
        Rule(("create", "delete", "list", "patch", "watch"), ("",), ("pods",)),
        Rule(("create",), ("",), ("pods/binding",)),
    ),
    "job-controller": (
        Rule((*_READ, "patch", "update"), ("batch",), ("jobs",)),
        Rule(("patch", "update"), ("batch",), ("jobs/status", "jobs/finalizers")),
        Rule(("create", "delete", "list", "patch", "watch"), ("",), ("pods",)),
    ),
    "cronjob-controller": (
        Rule((*_READ, "update"), ("batch",), ("cronjobs",)),
        Rule(("update",), ("batch",), ("cronjobs/status", "cronjobs/finalizers")),
        Rule(_WRITE_CHILDREN, ("batch",), ("jobs",)),
        Rule(("delete", "list"), ("",), ("pods",)),
    ),
}
"""By service account in ``kube-system``."""
