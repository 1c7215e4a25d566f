"""What single kinds ask of their specification, in the server's words."""

import pytest

from gcmodel.apiserver.defaults import as_created
from gcmodel.apiserver.kind_validation import CRON_JOB_NAME_MAX, validate_kind
from gcmodel.objects.metadata import KubeObject

CONTAINERS = [{"name": "c", "image": "i"}]
UNLABELLED = (
    "Invalid value: map[string]string(nil): `selector` does not match template `labels`"
)
NEGATIVE = "Invalid value: -1: must be greater than or equal to 0"
ONLY_ALWAYS = 'supported values: "Always"'
TO_AN_END = 'supported values: "OnFailure", "Never"'


def template(**pod):
    """Return a template of one container, labelled like the selectors here."""
    return {
        "metadata": {"labels": {"a": "b"}},
        "spec": {"containers": CONTAINERS, **pod},
    }


def wanted(kind, name="foo", **spec):
    """Return a new object of *kind*, filled as the server fills it."""
    given = {"kind": kind, "apiVersion": "v1", "metadata": {"name": name}, "spec": spec}
    return as_created(KubeObject.from_dict(given))


def good(kind):
    """Return a specification of *kind* that is just good enough."""
    if kind == "CronJob":
        return {"schedule": "* * * * *", "jobTemplate": {"spec": good("Job")}}
    if kind == "Job":
        return {"template": template(restartPolicy="Never")}
    labels = {"a": "b"}
    selector = labels if kind == "ReplicationController" else {"matchLabels": labels}
    return {"selector": selector, "template": template()}


def problems(kind, name="foo", **spec):
    """Return what is wrong with a good *kind* of which *spec* is changed."""
    return [
        str(error) for error in validate_kind(wanted(kind, name, **good(kind) | spec))
    ]


WORKLOADS = [
    *("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet"),
]


@pytest.mark.parametrize("kind", [*WORKLOADS, "Job", "CronJob", "ConfigMap"])
def test_good(kind):
    """What is just good enough is taken."""
    assert problems(kind) == []


@pytest.mark.parametrize("kind", WORKLOADS)
@pytest.mark.parametrize("policy", ["Never", "OnFailure", "often"])
def test_workloads_run_for_ever(kind, policy):
    """Pods that end cannot be kept at a number."""
    assert problems(kind, template=template(restartPolicy=policy)) == [
        f"spec.template.spec.restartPolicy: Unsupported value: "
        f'"{policy}": {ONLY_ALWAYS}'
    ]


@pytest.mark.parametrize("kind", WORKLOADS)
@pytest.mark.parametrize("nothing", [None, "", "Always"])
def test_always_is_what_is_left_out(kind, nothing):
    """Null and the empty word count as left out."""
    assert problems(kind, template=template(restartPolicy=nothing)) == []


@pytest.mark.parametrize("policy", [None, "", "Always"])
def test_jobs_end(policy):
    """A Job must say what happens to a Pod that fails."""
    problem = f'template.spec.restartPolicy: Unsupported value: "Always": {TO_AN_END}'
    bad = {"template": template(restartPolicy=policy)}
    assert problems("Job", **bad) == [f"spec.{problem}"]
    assert problems("CronJob", jobTemplate={"spec": bad}) == [
        f"spec.jobTemplate.spec.{problem}"
    ]


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("Deployment", "replicas"),
        ("Deployment", "minReadySeconds"),
        ("Deployment", "revisionHistoryLimit"),
        ("StatefulSet", "replicas"),
        ("DaemonSet", "minReadySeconds"),
        ("Job", "parallelism"),
        ("Job", "completions"),
        ("Job", "activeDeadlineSeconds"),
        ("Job", "backoffLimit"),
        ("Job", "ttlSecondsAfterFinished"),
        ("CronJob", "startingDeadlineSeconds"),
        ("CronJob", "successfulJobsHistoryLimit"),
        ("CronJob", "failedJobsHistoryLimit"),
    ],
)
def test_counts_are_not_negative(kind, field):
    """A count below zero is refused, zero is not."""
    assert problems(kind, **{field: -1}) == [f"spec.{field}: {NEGATIVE}"]
    assert problems(kind, **{field: 0}) == []


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ({"schedule": None}, "spec.schedule: Required value"),
        (
            {"schedule": "* * *"},
            'spec.schedule: Invalid value: "* * *": expected exactly 5 fields, '
            "found 3: [* * *]",
        ),
        (
            {"concurrencyPolicy": "Maybe"},
            'spec.concurrencyPolicy: Unsupported value: "Maybe": '
            'supported values: "Allow", "Forbid", "Replace"',
        ),
    ],
)
def test_cron_jobs(spec, problem):
    """A CronJob needs a schedule, a known policy and a Job."""
    assert problems("CronJob", **spec) == [problem]


def test_what_a_cron_job_lacks():
    """Without a Job there is a template all the same; everything in it is missing."""
    pod = "spec.jobTemplate.spec.template.spec"
    assert problems("CronJob", jobTemplate=None) == [
        f"{pod}.containers: Required value",
        f'{pod}.restartPolicy: Unsupported value: "Always": {TO_AN_END}',
    ]


def test_names_of_cron_jobs_leave_room():
    """The names of its Jobs, which are longer, must be names, too."""
    assert problems("CronJob", "n" * CRON_JOB_NAME_MAX) == []
    name = "n" * (CRON_JOB_NAME_MAX + 1)
    assert problems("CronJob", name) == [
        f'metadata.name: Invalid value: "{name}": must be no more than 52 characters'
    ]


@pytest.mark.parametrize("kind", WORKLOADS)
def test_templates_are_required(kind):
    """A workload without a template, or without containers, makes nothing."""
    expected = ["spec.template.spec.containers: Required value"]
    if kind == "ReplicationController":
        expected = ["spec.template: Required value"]
    else:
        expected.insert(0, f"spec.template.metadata.labels: {UNLABELLED}")
    assert problems(kind, template=None) == expected
    empty = {"metadata": {"labels": {"a": "b"}}, "spec": {}}
    assert problems(kind, template=empty) == [
        "spec.template.spec.containers: Required value"
    ]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("Deployment", "deployment"),
        ("ReplicaSet", "deployment"),
        ("StatefulSet", "statefulset"),
        ("DaemonSet", "daemonset"),
    ],
)
@pytest.mark.parametrize("nothing", [{}, {"matchLabels": {}}, {"unknown": 1}])
def test_empty_selectors(kind, said, nothing):
    """A selector that takes every Pod is refused, in upstream's words for the kind."""
    assert problems(kind, selector=nothing) == [
        "spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string"
        "(nil), MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector "
        f"is invalid for {said}"
    ]


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "StatefulSet"])
def test_selectors_are_required(kind):
    """Without a selector a workload would not know its Pods."""
    assert problems(kind, selector=None) == ["spec.selector: Required value"]


def test_daemon_set_without_selector():
    """Nothing selected is what upstream tells of a DaemonSet, not what is missing."""
    assert problems("DaemonSet", selector=None) == [
        'spec.template.metadata.labels: Invalid value: map[string]string{"a":"b"}: '
        "`selector` does not match template `labels`"
    ]


def test_selectors_are_shown_as_go_prints_them():
    """An unreadable selector is printed whole."""
    expression = {"key": "a", "operator": "Near", "values": ["b", "c"]}
    found = problems(
        "Deployment",
        selector={"matchLabels": {"a": "b"}, "matchExpressions": [expression]},
    )
    assert found == [
        "spec.selector: Invalid value: v1.LabelSelector{"
        'MatchLabels:map[string]string{"a":"b"}, '
        "MatchExpressions:[]v1.LabelSelectorRequirement{v1.LabelSelectorRequirement{"
        'Key:"a", Operator:"Near", Values:[]string{"b", "c"}}}}: '
        '"Near" is not a valid label selector operator'
    ]


GENERATED = "`selector` not auto-generated"


def job(name="foo", labels=None, **spec):
    """Return what is wrong with a new Job of *labels* on its template."""
    made = template(restartPolicy="Never") | {"metadata": {"labels": labels or {}}}
    given = {
        "kind": "Job",
        "apiVersion": "batch/v1",
        "metadata": {"name": name, "uid": "u1"},
        "spec": {"template": made, **spec},
    }
    return [str(one) for one in validate_kind(as_created(KubeObject.from_dict(given)))]


def test_the_selector_of_a_job_is_made():
    """Nothing said, or what the server would have said, is good."""
    assert job() == []
    assert job(selector={"matchLabels": {"job-name": "foo"}}) == []
    assert job(selector={"matchLabels": {"controller-uid": "u1"}}) == []
    assert job(labels={"mine": "too"}) == []


@pytest.mark.parametrize(
    "selector",
    [
        {"matchLabels": {"a": "b"}},
        {"matchLabels": {"controller-uid": "other"}},
        {"matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]},
    ],
)
def test_a_job_does_not_select_by_itself(selector):
    """Without manualSelector, a selector of one's own selects no Pod of the Job."""
    found = job(labels={"a": "b"}, selector=selector)
    assert any(GENERATED in one for one in found)


def test_a_copied_job_betrays_itself():
    """Labels that another Job was given stay on the template, and are refused."""
    found = job(labels={"controller-uid": "u0", "job-name": "bar"})
    assert [one.partition(": Invalid value: ")[0] for one in found[:2]] == [
        "spec.template.metadata.labels[controller-uid]",
        "spec.template.metadata.labels[job-name]",
    ]
    assert found[0].endswith(": must be 'u1'")
    assert found[1].endswith(": must be 'foo'")


def test_a_manual_selector_is_the_users():
    """With manualSelector nothing is made, and it must match the template."""
    mine = {"matchLabels": {"a": "b"}}
    assert job(labels={"a": "b"}, manualSelector=True, selector=mine) == []
    (mismatch,) = job(labels={"a": "c"}, manualSelector=True, selector=mine)
    assert mismatch.startswith("spec.template.metadata.labels: Invalid value: ")
    missing, _ = job(manualSelector=True)
    assert missing == "spec.selector: Required value"


def test_errors_come_in_upstreams_order():
    """Each kind has an order of its own, which the joined message shows."""
    bad = {"replicas": -1, "minReadySeconds": -1, "revisionHistoryLimit": -1}

    def fields(kind, field, **spec):
        spec |= {field: {"type": "Yolo"}, "template": template(restartPolicy="Never")}
        return [one.partition(": ")[0] for one in problems(kind, **spec)]

    pod = "spec.template.spec.restartPolicy"
    assert fields("Deployment", "strategy", **bad) == [
        *("spec.replicas", pod, "spec.strategy"),
        *("spec.minReadySeconds", "spec.revisionHistoryLimit"),
    ]
    assert fields("StatefulSet", "updateStrategy", **bad) == [
        *("spec.updateStrategy", "spec.replicas", "spec.minReadySeconds", pod),
    ]
    assert fields("DaemonSet", "updateStrategy", **bad) == [
        *(pod, "spec.minReadySeconds", "spec.updateStrategy"),
        "spec.revisionHistoryLimit",
    ]


def test_a_deadline_lies_behind_readiness():
    """A Deployment that must wait longer than it may could never progress."""
    assert problems("Deployment", minReadySeconds=60, progressDeadlineSeconds=60) == [
        "spec.progressDeadlineSeconds: Invalid value: 60: must be greater than "
        "minReadySeconds"
    ]
