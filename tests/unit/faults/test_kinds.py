"""Faults as values, and what their constructors refuse."""

import pytest

from gcmodel.errors import UsageError
from gcmodel.faults.kinds import (
    ANY_RESOURCE,
    VERBS,
    Delay,
    DropWatch,
    Fault,
    Forbid,
    Match,
    Refuse,
    Undecodable,
    Undecryptable,
)
from gcmodel.objects.identity import GroupResource

KEY = "/registry/secrets/default/web"


def test_match_is_everything_by_default():
    """A match of which nothing is said fits every request."""
    match = Match()

    assert match == Match(
        verb="*",
        resource="*",
        namespace="*",
        name="*",
        user="*",
        path="*",
    )
    assert (match.verb, match.resource) == (VERBS, ANY_RESOURCE)


@pytest.mark.parametrize(
    ("text", "resource"),
    [
        ("pods", GroupResource("", "pods")),
        ("tokens.ext.cattle.io", GroupResource("ext.cattle.io", "tokens")),
        ("*.ext.cattle.io", GroupResource("ext.cattle.io", "*")),
        (GroupResource("apps", "deployments"), GroupResource("apps", "deployments")),
    ],
)
def test_resources_are_read_as_errors_print_them(text, resource):
    """A resource is its plural, a dot, and its group."""
    assert Match(resource=text).resource == resource


def test_verbs_in_any_case_and_number():
    """Verbs come alone or listed, in either case."""
    forms = (Match(verb="LIST,watch").verb, Match(verb=("List", "WATCH")).verb)

    assert forms == (("list", "watch"), ("list", "watch"))


BAD = [
    (lambda: Match(verb="eat"), "verb='eat': not a verb of the API"),
    (lambda: Match(verb=""), "verb='': not a verb of the API"),
    (lambda: Match(verb=()), "verb=(): not a verb of the API"),
    (lambda: Match(verb=None), "verb=None: not a verb of the API"),
    (lambda: Match(verb=(1,)), "verb=1: not a verb of the API"),
    (lambda: Match(resource="a pod"), "resource='a pod': must be the plural name"),
    (lambda: Match(resource=""), "resource='': must be the plural name"),
    (lambda: Match(resource=None), "resource=None: must be the plural name"),
    (lambda: Match(user=None), "user=None: must be a string"),
    (lambda: Match(verb="get", path="/apis"), "path='/apis': only discovery asks"),
    (lambda: Match(resource="pods", path="/api"), "path='/api': only discovery asks"),
    (lambda: Refuse(200), "code=200: must be an HTTP status from 400 to 599"),
    (lambda: Refuse(True), "code=True: must be an HTTP status from 400 to 599"),
    (lambda: Refuse("500"), "code='500': must be an HTTP status from 400 to 599"),
    (lambda: Refuse(500, "no way", "x"), "reason='no way': must be one word"),
    (lambda: Refuse(500, "Timeout"), "reason='Timeout': needs a message"),
    (lambda: Refuse(500, "", 7), "message=7: must be a string"),
    (lambda: Delay(-1), "duration_ns=-1: must be a whole number of 0 or more"),
    (lambda: Delay(1.5), "duration_ns=1.5: must be a whole number of 0 or more"),
    (lambda: Fault("pods", Forbid()), "match='pods': must be a Match"),
    (lambda: Fault(Match(), 500), "effect=500: not an effect"),
    (lambda: Fault(Match(), DropWatch()), "only a watch can be dropped"),
    (lambda: Fault(Match(), Forbid(), times=0), "times=0: must be a whole number of 1"),
    (lambda: Fault(Match(), Forbid(), times=True), "times=True: must be a whole"),
    (lambda: Fault(Match(), Forbid(), after_ns=-1), "after_ns=-1: must be a whole"),
    (lambda: Fault(Match(), Forbid(), after_ns=None), "after_ns=None: must be a whole"),
    (
        lambda: Fault(Match(), Forbid(), after_ns=5, until_ns=5),
        "until_ns=5: must be later than after_ns=5",
    ),
    (lambda: Fault(Match(), Forbid(), probability=0), "probability=0: must be more"),
    (lambda: Fault(Match(), Forbid(), probability=1.5), "probability=1.5: must be"),
    (
        lambda: Fault(Match(), Forbid(), probability=float("nan")),
        "probability=nan: must be more than 0",
    ),
    (lambda: Undecodable("secrets/web"), "key='secrets/web': not a key of the store"),
    (lambda: Undecryptable(None), "key=None: not a key of the store"),
    (lambda: Undecodable(KEY, None), "error=None: must be a string"),
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[text for _, text in BAD])
def test_what_cannot_be_is_refused(make, message):
    """A value that cannot be is refused at once, in one line with a way out."""
    with pytest.raises(UsageError) as caught:
        make()

    text = str(caught.value)
    assert message in text
    assert ("; " in text, "\n" in text) == (True, False)


def test_undecryptable_value_names_its_key_to_lists_only():
    """F1: a list names the key that it could not read past; a get need not."""
    fault = Undecryptable(KEY)

    assert [fault.read_error().status.to_dict(), fault.list_error().message] == [
        {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": "Internal error occurred: no matching prefix found",
            "reason": "InternalError",
            "code": 500,
        },
        'Internal error occurred: unable to transform key "/registry/secrets/default'
        '/web": no matching prefix found',
    ]


def test_undecodable_value_gives_a_raw_error():
    """F2: what the decoder says is the message, and there is no reason."""
    error = Undecodable(KEY, "unexpected EOF").list_error()

    assert (error.code, error.reason, error.message) == (500, "", "unexpected EOF")
