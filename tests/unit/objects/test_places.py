"""How complaints say where something stands."""

import pytest

from gcmodel.objects.places import Place, path_text, shown


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(), "the manifest is bad"),
        (Place("web.yaml"), "web.yaml: the manifest is bad"),
        (Place("web.yaml", 3), "web.yaml:3: the manifest is bad"),
        (Place(line=3), "line 3: the manifest is bad"),
        (
            Place("web.yaml", 12, 2, 3).at("metadata", "name"),
            "web.yaml:12: document 2: metadata.name is bad",
        ),
        (Place("a").at("items").at(0, "spec").on_line(4), "a:4: items[0].spec is bad"),
    ],
)
def test_complaints_say_where(place, text):
    """A complaint starts with file, line, document and path, as far as known."""
    assert str(place.error("is bad")) == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("a", "b"), "a.b"),
        (("a", 0, 1, "b"), "a[0][1].b"),
        ((2, "a"), "[2].a"),
        (("labels", "example.com/a"), "labels[example.com/a]"),
        (("a\nb",), "['a\\nb']"),
    ],
)
def test_paths_are_written_as_kubernetes_does(path, text):
    """Steps are joined by points; indices and odd keys stand in brackets."""
    assert path_text(path) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "the boolean true"),
        (7, "the number 7"),
        (1.5, "the number 1.5"),
        ("a\nb", "the string 'a\\nb'"),
        ("x" * 99, f"the string '{'x' * 59}…"),
        ({}, "an object"),
        ([], "a list"),
        (set(), "of type set"),
    ],
)
def test_values_are_shown_in_a_few_words(value, text):
    """A value is named by its JSON type and, if short, by itself."""
    assert shown(value) == text
