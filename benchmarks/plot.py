"""Draws cost against size: a small SVG, without any library."""

import math

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 132, 24, 48
COLOURS = {"ours": "#0b6e4f", "networkx": "#b23a48", "floor": "#555555"}
NAMES = {"ours": "gcmodel", "networkx": "networkx", "floor": "bare dict"}
STEPS = 5


def drawn(curve: dict[str, dict[str, float]]) -> str:
    """Return the picture of *curve*: nanoseconds per object, by entrant and size."""
    sizes = sorted({int(size) for points in curve.values() for size in points})
    highest = _round_up(max(max(points.values()) for points in curve.values()))
    place = _Place(sizes[0], sizes[-1], highest)
    parts = [*_axes(place, sizes, highest)]
    for name, points in curve.items():
        parts += _line(place, name, {int(size): ns for size, ns in points.items()})
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13">\n'
        "<title>Cost of an object against the number of objects</title>\n"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n{body}\n</svg>\n'
    )


class _Place:
    """Where a size and a cost are on the picture: logarithmic, and linear."""

    def __init__(self, smallest: int, largest: int, highest: float) -> None:
        self.low, self.high = math.log10(smallest), math.log10(largest)
        self.highest = highest

    def x(self, size: int) -> float:
        """Return the column of *size*."""
        part = (math.log10(size) - self.low) / (self.high - self.low)
        return round(LEFT + part * (WIDTH - LEFT - RIGHT), 1)

    def y(self, cost: float) -> float:
        """Return the row of *cost*."""
        part = cost / self.highest
        return round(HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM), 1)


def _axes(place: _Place, sizes: list[int], highest: float) -> list[str]:
    end = WIDTH - RIGHT
    parts = []
    for step in range(STEPS + 1):
        cost = highest * step / STEPS
        y = place.y(cost)
        parts.append(f'<path d="M{LEFT} {y}H{end}" stroke="#dddddd"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{cost:,.0f}", "end"))
    below = HEIGHT - BOTTOM + 20
    parts += [_text(place.x(size), below, f"{size:,}", "middle") for size in sizes]
    parts.append(_text((LEFT + end) / 2, HEIGHT - 8, "objects", "middle"))
    parts.append(_text(8, TOP - 8, "ns per object", "start"))
    return parts


def _line(place: _Place, name: str, points: dict[int, float]) -> list[str]:
    colour = COLOURS.get(name, "#333333")
    at = [(place.x(size), place.y(ns)) for size, ns in sorted(points.items())]
    path = "L".join(f"{x} {y}" for x, y in at)
    dots = [f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in at]
    x, y = at[-1]
    label = _text(x + 10, y + 4, NAMES.get(name, name), "start", colour)
    stroke = f'stroke="{colour}" stroke-width="2" fill="none"'
    return [f'<path d="M{path}" {stroke}/>', *dots, label]


def _text(x: float, y: float, text: str, anchor: str, fill: str = "#333333") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{fill}">{text}</text>'


def _round_up(value: float) -> float:
    step = 10 ** math.floor(math.log10(value)) / 2
    return math.ceil(value / step) * step
