"""What the server asks of options and of label selectors in specs."""

import pytest

from gcmodel.apiserver.validation_options import (
    invalid_delete_options,
    validate_delete_options,
    validate_label_selector,
)
from gcmodel.objects.options import DeleteOptions
from gcmodel.versions.profile import Profile

PROFILE = Profile.for_version("1.20.2")
PREFIX = 'DeleteOptions.meta.k8s.io "" is invalid: '


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            DeleteOptions(orphan_dependents=True, propagation_policy="Orphan"),
            'propagationPolicy: Invalid value: "Orphan": orphanDependents and '
            "deletionPropagation cannot be both set",
        ),
        (
            DeleteOptions(propagation_policy="Sideways"),
            'propagationPolicy: Unsupported value: "Sideways": supported values: '
            '"Foreground", "Background", "Orphan", "nil"',
        ),
        (
            DeleteOptions(dry_run=("Some",)),
            'dryRun: Unsupported value: []string{"Some"}: supported values: "All"',
        ),
    ],
)
def test_bad_delete_options(options, message):
    """The refusals, as a 1.20.2 server was heard to word them."""
    refusal = invalid_delete_options(options, PROFILE)
    assert (refusal.code, refusal.message) == (422, PREFIX + message)


@pytest.mark.parametrize(
    "options",
    [
        DeleteOptions(),
        DeleteOptions(orphan_dependents=False),
        DeleteOptions(propagation_policy="Foreground", dry_run=("All", "All")),
    ],
)
def test_good_delete_options(options):
    """One answer to each question is right, and so is none."""
    assert (
        validate_delete_options(options),
        invalid_delete_options(options, PROFILE),
    ) == (
        [],
        None,
    )


def test_newer_servers_print_json():
    """The list of dry-run stages prints as JSON where the version does."""
    newest = Profile.for_version("1.34")
    refusal = invalid_delete_options(DeleteOptions(dry_run=("Some",)), newest)
    assert refusal.message == (
        f'{PREFIX}dryRun: Unsupported value: ["Some"]: supported values: "All"'
    )


def test_label_selectors_of_specs():
    """Operators ask for values or forbid them; keys and values are judged too."""
    wire = {
        "matchLabels": {"a": "-"},
        "matchExpressions": [
            {"key": "a", "operator": "In"},
            {"key": "-", "operator": "Exists", "values": ["b"]},
            {"key": "a", "operator": "X", "values": ["-"]},
            {"key": "a", "operator": "NotIn", "values": ["b"]},
        ],
    }

    errors = validate_label_selector(wire, "s")

    path = "s.matchExpressions"
    assert [(error.path, error.body()[:25]) for error in errors] == [
        ("s.matchLabels", 'Invalid value: "-": a val'),
        (f"{path}[0].values", "Required value: must be s"),
        (f"{path}[1].values", "Forbidden: may not be spe"),
        (f"{path}[1].key", 'Invalid value: "-": name '),
        (f"{path}[2].operator", 'Invalid value: "X": not a'),
        (f"{path}[2].values[0]", 'Invalid value: "-": a val'),
    ]
