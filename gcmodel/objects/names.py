"""Which strings may be names, keys and label values, and what is said of others.

Each function returns the messages of the rules that its argument breaks: none means
valid. Lengths are counted in bytes, as Go does.

Upstream: apimachinery pkg/util/validation/validation.go,
pkg/api/validation/path/name.go and pkg/api/validation/generic.go
"""

import re
from collections.abc import Callable

import attrs

DNS_1123_LABEL_MAX_BYTES = 63
DNS_1035_LABEL_MAX_BYTES = 63
DNS_1123_SUBDOMAIN_MAX_BYTES = 253
QUALIFIED_NAME_MAX_BYTES = 63
LABEL_VALUE_MAX_BYTES = 63

_DNS_1123_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_DNS_1123_SUBDOMAIN = rf"{_DNS_1123_LABEL}(\.{_DNS_1123_LABEL})*"
_DNS_1035_LABEL = "[a-z]([-a-z0-9]*[a-z0-9])?"
_QUALIFIED_NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL_VALUE = f"({_QUALIFIED_NAME})?"

_QUALIFIED_NAME_RULE = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character"
)
_LABEL_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, "
    "'-', '_' or '.', and must start and end with an alphanumeric character"
)
_DNS_1123_LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "
    "'-', and must start and end with an alphanumeric character"
)
_DNS_1123_SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
    "characters, '-' or '.', and must start and end with an alphanumeric character"
)
_DNS_1035_LABEL_RULE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
    "start with an alphabetic character, and end with an alphanumeric character"
)
_FORBIDDEN_NAMES = (".", "..")
_FORBIDDEN_IN_NAMES = ("/", "%")


def dns_1123_label(value: str) -> list[str]:
    """Judge *value* as a lower-case label: names of namespaces, for one."""
    messages = _too_long(value, DNS_1123_LABEL_MAX_BYTES)
    if _is(value, _DNS_1123_LABEL):
        return messages
    if _is(value, _DNS_1123_SUBDOMAIN):
        return [*messages, "must not contain dots"]
    examples = ("my-name", "123-abc")
    return [*messages, _charset(_DNS_1123_LABEL_RULE, _DNS_1123_LABEL, *examples)]


def dns_1123_subdomain(value: str) -> list[str]:
    """Judge *value* as labels joined by dots: names of most kinds."""
    messages = _too_long(value, DNS_1123_SUBDOMAIN_MAX_BYTES)
    if not _is(value, _DNS_1123_SUBDOMAIN):
        rule, pattern = _DNS_1123_SUBDOMAIN_RULE, _DNS_1123_SUBDOMAIN
        messages.append(_charset(rule, pattern, "example.com"))
    return messages


def dns_1035_label(value: str) -> list[str]:
    """Judge *value* as a label that starts with a letter: names of Services."""
    messages = _too_long(value, DNS_1035_LABEL_MAX_BYTES)
    if not _is(value, _DNS_1035_LABEL):
        rule, pattern = _DNS_1035_LABEL_RULE, _DNS_1035_LABEL
        messages.append(_charset(rule, pattern, "my-name", "abc-123"))
    return messages


def path_segment(value: str) -> list[str]:
    """Judge *value* as one part of a URL: all that the generic storage layer asks."""
    if value in _FORBIDDEN_NAMES:
        return [f"may not be '{value}'"]
    return path_segment_prefix(value)


def path_segment_prefix(value: str) -> list[str]:
    """Judge *value* as the beginning of a path segment."""
    return [
        f"may not contain '{part}'" for part in _FORBIDDEN_IN_NAMES if part in value
    ]


def qualified_name(value: str) -> list[str]:
    """Judge *value* as a key: a name, perhaps after a DNS prefix and a slash."""
    *prefixes, name = value.split("/")
    if len(prefixes) > 1:
        hint = "an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        return [f"a qualified name {_qualified_name_charset()} with {hint}"]
    messages = [f"prefix part {text}" for part in prefixes for text in _prefix(part)]
    return messages + [f"name part {text}" for text in _name_part(name)]


def label_value(value: str) -> list[str]:
    """Judge *value* as the value of a label; empty is valid."""
    messages = _too_long(value, LABEL_VALUE_MAX_BYTES)
    if not _is(value, _LABEL_VALUE):
        examples = ("MyValue", "my_value", "12345")
        messages.append(_charset(_LABEL_VALUE_RULE, _LABEL_VALUE, *examples))
    return messages


@attrs.frozen
class NameRule:
    """What a kind asks of the names of its objects.

    Attributes:
        name: Says what is wrong with a whole name.
        prefix: Says what is wrong with a ``generateName``.
    """

    name: Callable[[str], list[str]]
    prefix: Callable[[str], list[str]]

    @classmethod
    def masking(cls, name: Callable[[str], list[str]]) -> "NameRule":
        """Return the rule that judges a prefix like a name, but for a last dash."""
        return cls(name, lambda prefix: name(mask_trailing_dash(prefix)))


def mask_trailing_dash(prefix: str) -> str:
    """Return what a generated name's *prefix* is judged by.

    A dash at the end is no mistake there, since more characters follow it.
    """
    if len(prefix) > 1 and prefix.endswith("-"):
        return prefix[:-2] + "a"
    return prefix


SUBDOMAIN_NAME = NameRule.masking(dns_1123_subdomain)
"""Most kinds."""

LABEL_NAME = NameRule.masking(dns_1123_label)
"""Namespaces."""

SERVICE_NAME = NameRule.masking(dns_1035_label)
"""Services."""

PATH_SEGMENT_NAME = NameRule(path_segment, path_segment_prefix)
"""RBAC kinds, and every kind in the generic storage layer."""


def custom_resource_definition_name(plural: str, group: str) -> NameRule:
    """Return the rule for the CustomResourceDefinition of *plural* in *group*."""

    def judge(name: str) -> list[str]:
        messages = dns_1123_subdomain(name)
        if name != f"{plural}.{group}":
            messages.append('must be spec.names.plural+"."+spec.group')
        return messages

    return NameRule.masking(judge)


def api_service_name(version: str, group: str) -> NameRule:
    """Return the rule for the APIService of *group* at *version*."""
    wanted = f"{version}.{group}"

    def judge(name: str) -> list[str]:
        if name == wanted or path_segment(name):
            return path_segment(name)
        return [f'must be `spec.version+"."+spec.group`: "{wanted}"']

    return NameRule(judge, judge)


def _prefix(prefix: str) -> list[str]:
    return dns_1123_subdomain(prefix) if prefix else ["must be non-empty"]


def _name_part(name: str) -> list[str]:
    messages = _too_long(name, QUALIFIED_NAME_MAX_BYTES)
    if not name:
        messages.append("must be non-empty")
    if not _is(name, _QUALIFIED_NAME):
        messages.append(_qualified_name_charset())
    return messages


def _qualified_name_charset() -> str:
    examples = ("MyName", "my.name", "123-abc")
    return _charset(_QUALIFIED_NAME_RULE, _QUALIFIED_NAME, *examples)


def _is(value: str, pattern: str) -> bool:
    return re.fullmatch(pattern, value) is not None


def _too_long(value: str, limit: int) -> list[str]:
    if len(value.encode("utf-8", "surrogatepass")) <= limit:
        return []
    return [f"must be no more than {limit} characters"]


def _charset(rule: str, pattern: str, *examples: str) -> str:
    # Upstream ends each example with a comma and a space and puts " or " between
    # them, hence the two spaces that users see.
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{rule} (e.g. {shown}regex used for validation is '{pattern}')"
