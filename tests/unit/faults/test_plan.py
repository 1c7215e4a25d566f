"""Which fault strikes which request."""

import attrs
import pytest

from gcmodel.errors import (
    AlreadyExistsError,
    ForbiddenError,
    InternalServerError,
    UsageError,
)
from gcmodel.faults.kinds import (
    ConnectionRefused,
    Delay,
    Fault,
    Forbid,
    Hang,
    Match,
    Refuse,
    Undecodable,
    Undecryptable,
)
from gcmodel.faults.plan import FaultPlan, RequestFacts
from gcmodel.faults.text import parse_fault
from gcmodel.kernel.choices import Choices
from gcmodel.objects.identity import GroupResource

CONTROLLER_MANAGER = "system:kube-controller-manager"
TOKENS = GroupResource("ext.cattle.io", "tokens")
LIST = RequestFacts(verb="list", resource=TOKENS, user=CONTROLLER_MANAGER)
GET = RequestFacts(
    verb="get",
    resource=GroupResource("", "pods"),
    namespace="default",
    name="web",
    user="admin",
)
HANG = Hang()


def decide(plan, facts=LIST, now_ns=0, seed=0):
    """Ask *plan* once."""
    return plan.decide(facts, now_ns, Choices(seed))


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        (Match(), True),
        (Match(verb="get"), True),
        (Match(verb="list"), False),
        (Match(resource="pods"), True),
        (Match(resource="pods.apps"), False),
        (Match(resource="p*s"), True),
        (Match(namespace="default"), True),
        (Match(namespace=""), False),
        (Match(name="web"), True),
        (Match(name="we"), False),
        (Match(user="adm*"), True),
        (Match(user="system:*"), False),
        (Match(user="[a]dmin"), False),
        (Match(path=""), True),
        (Match(verb="discover", path="/apis"), False),
        (Match(verb="get", resource="pods", namespace="default", name="web"), True),
    ],
)
def test_every_field_must_fit(match, fits):
    """A request is struck if, and only if, each field of the match fits it."""
    assert decide(FaultPlan.of([Fault(match, HANG)]), GET) == (HANG if fits else None)


def test_discovery_is_matched_by_path():
    """A group that cannot be discovered is a fault on its path."""
    plan = FaultPlan.of([Fault(Match(verb="discover", path="/apis/ext*"), HANG)])
    ask = RequestFacts(
        verb="discover", resource=GroupResource("", ""), path="/apis/ext.cattle.io/v1"
    )

    assert [decide(plan, ask), decide(plan, attrs.evolve(ask, path="/apis"))] == [
        HANG,
        None,
    ]


def test_first_fault_wins_and_counts():
    """First: of two faults that match, the earlier strikes and is counted."""
    first = Fault(Match(verb="list"), HANG, times=2)
    second = Fault(Match(), ConnectionRefused())
    plan = FaultPlan.of([first, second])

    struck = [decide(plan) for _ in range(3)]

    assert struck == [HANG, HANG, ConnectionRefused()]
    assert [plan.uses(first), plan.uses(second)] == [2, 1]


def test_window_of_time():
    """A fault holds from its first instant up to, but not at, its last."""
    plan = FaultPlan.of([Fault(Match(), HANG, after_ns=10, until_ns=20)])

    assert [decide(plan, now_ns=now) for now in (9, 10, 19, 20)] == [
        None,
        HANG,
        HANG,
        None,
    ]


def test_chance_is_part_of_the_seed():
    """Reproducible: a fault with a probability strikes the same requests again."""

    def run(seed):
        plan = FaultPlan.of([Fault(Match(), HANG, probability=0.5)])
        choices = Choices(seed)
        return [plan.decide(LIST, 0, choices) is not None for _ in range(200)]

    assert run(1) == run(1) != run(2)
    assert 60 < sum(run(1)) < 140


def test_faults_do_not_disturb_each_other():
    """Another fault with a chance does not change whom the first one strikes."""
    doubtful = Fault(Match(verb="list"), HANG, probability=0.5)
    other = Fault(Match(verb="get"), Delay(1), probability=0.5)
    alone, together = FaultPlan.of([doubtful]), FaultPlan.of([doubtful, other])
    first, second = Choices(3), Choices(3)

    def strike(plan, choices):
        plan.decide(GET, 0, choices)
        return plan.decide(LIST, 0, choices)

    assert [strike(alone, first) for _ in range(50)] == [
        strike(together, second) for _ in range(50)
    ]


def test_lifting_faults():
    """What is removed strikes no more; what is not in force cannot be removed."""
    fault, stored = Fault(Match(), HANG), Undecodable("/registry/pods/default/web")
    plan = FaultPlan.of([fault, stored])
    assert list(plan) == [fault, stored]

    plan.remove(fault)
    plan.remove(stored)

    assert (len(plan), decide(plan), plan.stored(stored.key)) == (0, None, None)
    for absent in (fault, stored):
        with pytest.raises(UsageError, match="not in force"):
            plan.remove(absent)


def test_clearing():
    """An emptied plan is false and strikes nothing."""
    plan = FaultPlan.of([Fault(Match(), HANG), Undecodable("/registry/pods/a/b")])

    plan.clear()

    assert (bool(plan), list(plan)) == (False, [])


def test_stored_value_has_one_fault():
    """A later fault of a stored value takes the place of the earlier one."""
    key = "/registry/secrets/default/web"
    plan = FaultPlan.of([Undecodable(key), Undecryptable(key)])

    assert [plan.stored(key), plan.stored(key + "x"), len(plan)] == [
        Undecryptable(key),
        None,
        1,
    ]


def test_only_faults_are_added():
    """Something that is no fault is refused when it is added."""
    with pytest.raises(UsageError, match="fault=7: not a fault; use Fault"):
        FaultPlan.of([7])


def test_texts_are_read():
    """A fault may be given as its text."""
    text = "LIST tokens.ext.cattle.io by system:kube-controller-manager -> 500"

    assert list(FaultPlan.of([text])) == [parse_fault(text)]


WORDED = [
    (
        Refuse(500),
        LIST,
        InternalServerError,
        "InternalError",
        'an error on the server ("unknown") has prevented the request from '
        "succeeding (get tokens.ext.cattle.io)",
    ),
    (
        Refuse(500, "", "boom"),
        LIST,
        InternalServerError,
        "",
        "boom",
    ),
    (
        Refuse(409),
        attrs.evolve(GET, verb="create"),
        AlreadyExistsError,
        "AlreadyExists",
        "the server reported a conflict (post pods web)",
    ),
    (
        Forbid(),
        LIST,
        ForbiddenError,
        "Forbidden",
        'tokens.ext.cattle.io is forbidden: User "system:kube-controller-manager" '
        'cannot list resource "tokens" in API group "ext.cattle.io" at the cluster '
        "scope",
    ),
    (
        Forbid(),
        GET,
        ForbiddenError,
        "Forbidden",
        'pods "web" is forbidden: User "admin" cannot get resource "pods" in API '
        'group "" in the namespace "default"',
    ),
    (
        Forbid(),
        attrs.evolve(
            LIST, verb="discover", resource=GroupResource("", ""), path="/apis"
        ),
        ForbiddenError,
        "Forbidden",
        'forbidden: User "system:kube-controller-manager" cannot get path "/apis"',
    ),
]


@pytest.mark.parametrize(("effect", "facts", "kind", "reason", "message"), WORDED)
def test_refusals_are_worded_for_the_request(effect, facts, kind, reason, message):
    """A refusal says of the request what server and client would say of it."""
    error = decide(FaultPlan.of([Fault(Match(), effect)]), facts).error()

    assert (type(error), error.reason, error.message) == (kind, reason, message)


@pytest.mark.parametrize("code", [*range(400, 430), *range(500, 512)])
def test_every_bare_status_has_words(code):
    """Whatever status a broken proxy answers with, the client says something."""
    error = decide(FaultPlan.of([Fault(Match(), Refuse(code))]), GET).error()

    assert (error.code, error.message.endswith("(get pods web)")) == (code, True)
