"""Links lead somewhere, and every page can be reached."""

import pytest

from tests.docs.pages import DOCS, ROOT, anchors_of, links_of, name_of, pages

OUTSIDE = ("http://", "https://", "mailto:")


def inner_links(page):
    """Return pairs of file and anchor, for the links of *page* to other pages."""
    inner = [target for target in links_of(page) if not target.startswith(OUTSIDE)]
    for target in inner:
        path, _, anchor = target.partition("#")
        yield ((page.parent / path).resolve() if path else page), anchor


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_links_lead_somewhere(page):
    """A link names a file that exists, and a heading that it has."""
    broken = [
        f"{path}#{anchor}"
        for path, anchor in inner_links(page)
        if not path.exists() or (anchor and anchor not in anchors_of(path))
    ]

    assert broken == []


def test_every_page_can_be_reached():
    """Whoever starts at the README finds every page of docs."""
    reached, left = set(), [ROOT / "README.md"]
    while left:
        page = left.pop()
        if page not in reached and page.suffix == ".md" and page.exists():
            reached.add(page)
            left += [path for path, _ in inner_links(page)]

    assert set(DOCS.rglob("*.md")) - reached == set()
