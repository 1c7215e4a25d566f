"""Faults as text, there and back."""

from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from gcmodel.errors import UsageError
from gcmodel.faults.kinds import (
    VERBS,
    ConnectionRefused,
    Delay,
    DropWatch,
    Fault,
    Forbid,
    Hang,
    Match,
    Refuse,
    Undecodable,
    Undecryptable,
)
from gcmodel.faults.text import fault_text, parse_fault
from gcmodel.kernel.durations import MINUTE, SECOND

KEY = "/registry/secrets/default/web"

READ = [
    (
        "LIST tokens.ext.cattle.io by system:kube-controller-manager -> 500",
        Fault(
            Match(
                verb="list",
                resource="tokens.ext.cattle.io",
                user="system:kube-controller-manager",
            ),
            Refuse(500),
        ),
    ),
    (
        'list,watch pods in default → 500 InternalError "no \\"leader\\""',
        Fault(
            Match(verb="list,watch", resource="pods", namespace="default"),
            Refuse(500, "InternalError", 'no "leader"'),
        ),
    ),
    (
        "discover /apis/metrics.k8s.io/v1beta1 -> 503 from 2m until 5m",
        Fault(
            Match(verb="discover", path="/apis/metrics.k8s.io/v1beta1"),
            Refuse(503),
            after_ns=2 * MINUTE,
            until_ns=5 * MINUTE,
        ),
    ),
    (
        "PATCH * named web -> delay 3s times 2 chance 0.5",
        Fault(
            Match(verb="patch", name="web"),
            Delay(3 * SECOND),
            times=2,
            probability=0.5,
        ),
    ),
    (
        "WATCH secrets -> drop",
        Fault(Match(verb="watch", resource="secrets"), DropWatch()),
    ),
    ("* * -> refuse-connection", Fault(Match(), ConnectionRefused())),
    (
        'GET pods in "" -> forbid',
        Fault(Match(verb="get", resource="pods", namespace=""), Forbid()),
    ),
    ("GET pods -> hang", Fault(Match(verb="get", resource="pods"), Hang())),
    (f"STORED {KEY} -> undecryptable", Undecryptable(KEY)),
    (
        f'stored {KEY} -> undecodable "unexpected EOF"',
        Undecodable(KEY, "unexpected EOF"),
    ),
]


@pytest.mark.parametrize(("text", "fault"), READ, ids=[text for text, _ in READ])
def test_reading(text, fault):
    """A line says who suffers what, and when."""
    assert parse_fault(text) == fault


REFUSED = [
    ("", "the verb is missing"),
    ("LIST", "the resource is missing"),
    ("LIST -> 500", "the resource is missing"),
    ("LIST pods", "-> must stand before the end"),
    ("LIST pods 500", "-> must stand before 500"),
    ("LIST pods ->", "the effect is missing"),
    ("LIST pods -> explode", "explode is no effect"),
    ("LIST pods -> \u0665\u0660\u0660", "\u0665\u0660\u0660 is no effect"),
    ("LIST pods -> 200", "code=200: must be an HTTP status"),
    ("LIST pods -> 9999999999999999999999", "code=9999999999999999999999: must be a"),
    ("LIST pods -> 500 InternalError", "reason='InternalError': needs a message"),
    ('LIST pods -> 500 "\\q"', '"\\q" is no quoted string'),
    ("LIST pods -> 500 times", "a value after times is missing"),
    ("LIST pods -> 500 times x", "times=x: must be a whole number"),
    ("LIST pods -> 500 times 0", "times=0: must be a whole number of 1"),
    ("LIST pods -> 500 chance much", "chance=much: must be more than 0"),
    ("LIST pods -> 500 from soon", "from='soon': must be a duration"),
    ("LIST pods -> delay", "the duration is missing"),
    ("LIST pods -> hang forever", "forever is not understood at its end"),
    ("EAT pods -> 500", "verb='EAT': not a verb"),
    ("LIST pods by a by b -> 500", "the user is given twice"),
    ("LIST pods -> drop", "only a watch can be dropped"),
    ("LIST /apis -> 500", "path='/apis': only discovery asks"),
    (f"STORED {KEY} -> 500", "500 is nothing that a stored value can be"),
    ("STORED web -> undecodable", "key='web': not a key of the store"),
]


@pytest.mark.parametrize(("text", "problem"), REFUSED)
def test_refusing(text, problem):
    """A line that is no fault is refused with the part that does not fit."""
    with pytest.raises(UsageError) as caught:
        parse_fault(text)

    message = str(caught.value)
    assert problem in message
    assert message.startswith(f"fault {text!r}: ")
    assert "\n" not in message


words = st.text('abc.*:-/"\\ é', max_size=8)
names = st.one_of(st.just("*"), words)
matches = st.one_of(
    st.builds(
        Match,
        # Discovery asks for a path, and for no resource.
        verb=st.lists(st.sampled_from(VERBS[:-1]), min_size=1, unique=True).map(tuple),
        resource=st.from_regex(r"[a-z*]{1,5}(\.[a-z*.]{0,8}[a-z*])?", fullmatch=True),
        namespace=names,
        name=names,
        user=names,
    ),
    st.builds(Match, path=st.from_regex(r"/[a-z/.1* ]{0,9}", fullmatch=True)),
)
effects = st.one_of(
    st.builds(Refuse, st.integers(400, 599)),
    st.builds(
        Refuse,
        st.integers(400, 599),
        st.sampled_from(["", "InternalError", "Timeout"]),
        st.text(min_size=1, max_size=20),
    ),
    st.builds(Delay, st.integers(0, 2**62)),
    st.sampled_from([Forbid(), Hang(), ConnectionRefused()]),
)
faults = st.builds(
    Fault,
    matches,
    effects,
    times=st.none() | st.integers(1, 10**9),
    after_ns=st.integers(0, 10**12),
    until_ns=st.none() | st.integers(10**12 + 1, 10**18),
    probability=st.floats(0, 1, exclude_min=True),
)
stored_faults = st.builds(Undecodable, st.just(KEY), st.text(max_size=20)) | st.builds(
    Undecryptable, st.just(KEY), st.text(max_size=20)
)


@given(faults | stored_faults)
def test_text_is_another_form_of_the_value(fault):
    """Whatever fault is written is read again as the same fault."""
    assert parse_fault(fault_text(fault)) == fault


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            [
                "LIST",
                "pods",
                "->",
                "500",
                "by",
                "in",
                "times",
                "2",
                '"',
                "delay",
                "STORED",
                KEY,
            ]
        )
    ).map(" ".join)
)
def test_nothing_but_usage_errors(text):
    """Whatever is typed is a fault or one line of complaint."""
    with suppress(UsageError):
        assert isinstance(parse_fault(text), Fault | Undecodable | Undecryptable)
