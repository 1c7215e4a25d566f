"""Which strings may be names."""

import pytest
from hypothesis import given, strategies as st

from gcmodel.objects import names

SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
    "characters, '-' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "
    "'-', and must start and end with an alphanumeric character (e.g. 'my-name',  or "
    "'123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
SERVICE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start "
    "with an alphabetic character, and end with an alphanumeric character (e.g. "
    "'my-name',  or 'abc-123', regex used for validation is "
    "'[a-z]([-a-z0-9]*[a-z0-9])?')"
)
CHARSET = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', "
    "regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)


@pytest.mark.parametrize(
    ("judge", "value", "messages"),
    [
        (names.dns_1123_label, "my-name", []),
        (names.dns_1123_label, "Foo", [LABEL]),
        (names.dns_1123_label, "", [LABEL]),
        (names.dns_1123_label, "foo.bar", ["must not contain dots"]),
        (names.dns_1123_label, "a\n", [LABEL]),
        (names.dns_1123_label, "a" * 64, ["must be no more than 63 characters"]),
        (
            names.dns_1123_label,
            "A" * 64,
            ["must be no more than 63 characters", LABEL],
        ),
        (names.dns_1123_subdomain, "a.b-c.d", []),
        (names.dns_1123_subdomain, "a..b", [SUBDOMAIN]),
        (
            names.dns_1123_subdomain,
            "A" * 254,
            ["must be no more than 253 characters", SUBDOMAIN],
        ),
        (names.dns_1035_label, "web", []),
        (names.dns_1035_label, "1web", [SERVICE]),
        (names.dns_1035_label, "a" * 64, ["must be no more than 63 characters"]),
        (names.path_segment, "system:node", []),
        (names.path_segment, ".", ["may not be '.'"]),
        (names.path_segment, "..", ["may not be '..'"]),
        (names.path_segment, "a/%", ["may not contain '/'", "may not contain '%'"]),
        (
            names.qualified_name,
            "",
            ["name part must be non-empty", f"name part {CHARSET}"],
        ),
        (names.qualified_name, "/a", ["prefix part must be non-empty"]),
        (names.qualified_name, "A.b/c", [f"prefix part {SUBDOMAIN}"]),
        (
            names.qualified_name,
            "a/b/c",
            [
                f"a qualified name {CHARSET} with an optional DNS subdomain prefix and "
                "'/' (e.g. 'example.com/MyName')"
            ],
        ),
    ],
)
def test_messages(judge, value, messages):
    """Length is judged before characters, and both may be wrong."""
    assert judge(value) == messages


def test_length_is_in_bytes():
    """A letter outside ASCII counts as many bytes as it has."""
    assert names.label_value("ā" * 32)[0] == "must be no more than 63 characters"


@pytest.mark.parametrize(
    ("rule", "prefix", "wrong"),
    [
        (names.SUBDOMAIN_NAME, "foo-", False),
        (names.SUBDOMAIN_NAME, "-", True),
        (names.SUBDOMAIN_NAME, "foo_-", False),
        (names.SUBDOMAIN_NAME, "f_o-", True),
        (names.LABEL_NAME, "a.b-", True),
        (names.SERVICE_NAME, "web-", False),
        (names.PATH_SEGMENT_NAME, ".", False),
        (names.PATH_SEGMENT_NAME, "a/", True),
    ],
)
def test_prefixes_of_generated_names(rule, prefix, wrong):
    """A dash at the end is masked together with what stands before it."""
    assert bool(rule.prefix(prefix)) == wrong


def test_some_kinds_prescribe_the_name():
    """Definitions and aggregated APIs are named by what they are about."""
    definition = names.custom_resource_definition_name("foos", "example.com")
    service = names.api_service_name("v1", "ext.cattle.io")

    judged = [
        definition.name("foos.example.com"),
        definition.name("foo.example.com"),
        service.name("v1.ext.cattle.io"),
        service.name("v2.ext.cattle.io"),
        service.name("a/b"),
    ]

    assert judged == [
        [],
        ['must be spec.names.plural+"."+spec.group'],
        [],
        ['must be `spec.version+"."+spec.group`: "v1.ext.cattle.io"'],
        ["may not contain '/'"],
    ]


@given(st.from_regex(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True))
def test_every_label_is_a_subdomain_a_value_and_a_key(name):
    """The narrowest rule implies the wider ones."""
    wider = (names.dns_1123_subdomain, names.label_value, names.qualified_name)
    assert [judge(name) for judge in (names.dns_1123_label, *wider)] == [[]] * 4
