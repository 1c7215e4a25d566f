"""Rows AS-33 to AS-36: keys, label values and names of finalizers.

Upstream: apimachinery pkg/util/validation/validation.go
"""

import pytest

from gcmodel.apiserver.validation import (
    standard_finalizer_errors,
    validate_annotations,
    validate_finalizers,
    validate_labels,
)
from gcmodel.objects.field_errors import FieldErrorType
from gcmodel.objects.metadata import ObjectMeta
from gcmodel.objects.names import label_value, qualified_name
from gcmodel.versions.profile import Profile

BASELINE = Profile.for_version("1.28")


@pytest.mark.parametrize(
    "annotations",
    [
        {"simple": "bar"},
        {"now-with-dashes": "bar"},
        {"1-starts-with-num": "bar"},
        {"1234": "bar"},
        {"simple/simple": "bar"},
        {"1.2.3.4/5678": "bar"},
        {"UpperCase123": "bar"},
        {"UPPER.Example.com/Name": "bar"},
        {"a": "b" * (262144 - 1)},
    ],
    ids=lambda annotations: f"AS-33 {next(iter(annotations))}",
)
def test_good_annotations(annotations):
    """AS-33: keys are judged in lower case, and 256 KiB are enough."""
    assert validate_annotations(annotations, "field", BASELINE) == []


@pytest.mark.parametrize(
    "key",
    ["nospecialchars^=@", "cantendwithadash-", "only/one/slash", "a" * 254],
    ids=lambda key: f"AS-33 {key[:20]}",
)
def test_bad_annotation_keys(key):
    """AS-33: each is wrong exactly once."""
    (error,) = validate_annotations({key: "bar"}, "field", BASELINE)
    assert (error.type, error.path, error.value) == (
        FieldErrorType.INVALID,
        "field",
        key,
    )


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ("1.31", "field: Too long: must have at most 262144 bytes"),
        ("1.32", "field: Too long: may not be more than 262144 bytes"),
    ],
    ids=lambda value: f"AS-33 {value}" if len(value) == 4 else "",
)
def test_too_large_annotations(version, text):
    """AS-33: one byte more than 256 KiB, keys included, is too long."""
    annotations = {"a": "b" * 262143, "c": ""}
    errors = validate_annotations(annotations, "field", Profile.for_version(version))
    assert [str(error) for error in errors] == [text]


@pytest.mark.parametrize(
    "name",
    [
        "simple",
        "now-with.dashes-and.dots/simple",
        "Uppercase_Is_OK_123",
        "example.com/Uppercase_Is_OK_123",
        "a" * 63,
        "a" * 253 + "/" + "b" * 63,
    ],
    ids=lambda name: f"AS-34 {name[:40]}",
)
def test_good_qualified_names(name):
    """AS-34: a name in any case, perhaps after a DNS prefix."""
    assert qualified_name(name) == []


@pytest.mark.parametrize(
    "name",
    [
        "nospecialchars%^=@",
        "cantendwithadash-",
        "-cantstartwithadash-",
        "only/one/slash",
        "Example.com/abc",
        "example_com/abc",
        "example.com/",
        "/simple",
        "a" * 64,
        "a" * 254 + "/abc",
    ],
    ids=lambda name: f"AS-34 {name[:40]}",
)
def test_bad_qualified_names(name):
    """AS-34: such keys are refused."""
    assert qualified_name(name) != []


@pytest.mark.parametrize(
    "value",
    ["simple", "end-with-num-1", "1234", "", "a" * 63],
    ids=lambda value: f"AS-35 {value[:20]}",
)
def test_good_label_values(value):
    """AS-35: up to 63 characters, or nothing at all."""
    assert label_value(value) == []


@pytest.mark.parametrize(
    "value",
    [
        "nospecialchars%^=@",
        "Tama-nui-te-rā.is.Māori.sun",
        "\\backslashes\\are\\bad",
        "-starts-with-dash",
        "ends-with-dash-",
        ".starts.with.dot",
        "ends.with.dot.",
        "a" * 64,
        "system:kube-controller-manager",
    ],
    ids=lambda value: f"AS-35 {value[:20]}".encode("ascii", "replace").decode(),
)
def test_bad_label_values(value):
    """AS-35: each is wrong exactly once, and is shown."""
    (error,) = validate_labels({"key": value}, "field")
    assert error.value == value


def test_plain_finalizers():
    """AS-36: a name without prefix is well formed, but built-in kinds want more."""
    meta = ObjectMeta(finalizers=("foo", "kubernetes"))
    judged = [
        validate_finalizers(meta.finalizers, "metadata.finalizers"),
        [str(error) for error in standard_finalizer_errors(meta, "metadata")],
    ]
    assert judged == [
        [],
        [
            'metadata.finalizers[0]: Invalid value: "foo": name is neither a standard '
            "finalizer name nor is it fully qualified"
        ],
    ]
