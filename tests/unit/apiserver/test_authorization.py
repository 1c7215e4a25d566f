"""Who may do what, by the rules that every cluster starts with."""

import pytest

from gcmodel.apiserver.authorization import (
    AlwaysAllow,
    Decision,
    Grant,
    Rbac,
    Rule,
    forbidden_detail,
)

MANAGER = "system:kube-controller-manager"
COLLECTOR = "system:serviceaccount:kube-system:generic-garbage-collector"
NAMESPACES = "system:serviceaccount:kube-system:namespace-controller"


@pytest.mark.parametrize(
    ("user", "verb", "group", "resource", "allowed"),
    [
        ("admin", "*", "", "*", True),
        ("system:kube-aggregator", "get", "x", "y", True),
        (MANAGER, "list", "ext.cattle.io", "tokens", True),
        (MANAGER, "list", "", "*", True),
        (MANAGER, "*", "", "*", False),
        (MANAGER, "delete", "apps", "replicasets", False),
        (COLLECTOR, "get", "ext.cattle.io", "tokens", True),
        (COLLECTOR, "delete", "", "*", True),
        (COLLECTOR, "create", "", "pods", False),
        (COLLECTOR, "*", "", "*", False),
        (NAMESPACES, "deletecollection", "apps", "deployments", True),
        (NAMESPACES, "update", "", "namespaces/finalize", True),
        (NAMESPACES, "update", "", "pods", False),
        ("somebody", "get", "", "pods", False),
    ],
)
def test_bootstrap_rules_decide(user, verb, group, resource, allowed):
    """Both identities of the collector may do much, but neither may do everything."""
    assert Rbac().authorize(user, verb, group, resource) == Decision(allowed)


def test_namespaced_grant_ends_at_its_namespace():
    """A grant in one namespace says nothing about another, nor about the cluster."""
    rule = Rule(("list",), ("",), ("pods",))
    rbac = Rbac([Grant("system:serviceaccounts:ci", (rule,), "default")])
    user = "system:serviceaccount:ci:builder"

    allowed = [
        rbac.authorize(user, "list", "", "pods", namespace).allowed
        for namespace in ("default", "other", "")
    ]

    assert allowed == [True, False, False]


def test_subresource_rule_covers_any_resource():
    """``*/status`` covers the status of everything, and nothing but the status."""
    rule = Rule(("update",), ("apps",), ("*/status",))

    covered = [
        rule.allows("update", "apps", resource, "")
        for resource in ("deployments/status", "deployments", "deployments/scale")
    ]

    assert covered == [True, False, False]


def test_named_rule_covers_those_names():
    """A rule with names covers these objects and no collection."""
    rule = Rule(("get",), ("",), ("secrets",), ("mine",))

    covered = [
        rule.allows("get", "", "secrets", name) for name in ("mine", "other", "")
    ]

    assert covered == [True, False, False]


def test_always_allow_allows():
    """Without authorization everybody may do everything."""
    assert AlwaysAllow().authorize("anybody", "*", "*", "*") == Decision(allowed=True)


@pytest.mark.parametrize(
    ("namespace", "reason", "text"),
    [
        (
            "",
            "",
            'User "u" cannot list resource "tokens" in API group "ext.cattle.io" '
            "at the cluster scope",
        ),
        (
            "default",
            "no rule",
            'User "u" cannot list resource "tokens" in API group "ext.cattle.io" '
            'in the namespace "default": no rule',
        ),
    ],
)
def test_refusal_is_worded_as_upstream(namespace, reason, text):
    """A refusal names the user, the verb, the resource, the group and the scope."""
    detail = forbidden_detail("u", "list", "ext.cattle.io", "tokens", namespace, reason)

    assert detail == text
