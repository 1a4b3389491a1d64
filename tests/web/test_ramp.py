"""The colours of the risk pictures can be told apart by people with any kind of colour blindness, in both themes.

Colour blindness is simulated by the matrices of Machado, Oliveira and Fernandes (2009, severity 1.0), applied to linear
light; distances are those of CIE L*a*b* (1976). About 2.3 is a difference that a trained eye just sees.
"""

import math
import re
from itertools import combinations
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "static" / "css" / "app.css").read_text("utf-8")
SIGHT = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900),
    ),
}  # fmt: skip
TOLD_APART = 9


def ramp(theme):
    """The five colours and the two inks of a theme."""
    light, dark = (
        re.findall(r"--risk-(?:\d|ink|5-ink): (#\w+);", line) for line in CSS.splitlines() if "--risk-1:" in line
    )
    found = dark if theme == "dark" else light
    return found[:5], found[5:7]


def light_of(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def seen(colour, matrix):
    light = light_of(colour)
    return [min(1, max(0, sum(weight * part for weight, part in zip(row, light, strict=True)))) for row in matrix]


def lab(light):
    red, green, blue = light
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def contrast(one, other):
    low, high = sorted(
        sum(w * part for w, part in zip((0.2126, 0.7152, 0.0722), light_of(c), strict=True)) for c in (one, other)
    )
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
class TestRamp:
    @pytest.mark.parametrize("sight", SIGHT)
    def test_any_two_colours_are_told_apart(self, theme, sight):
        colours, _inks = ramp(theme)
        places = [lab(seen(colour, SIGHT[sight])) for colour in colours]
        assert min(math.dist(one, other) for one, other in combinations(places, 2)) >= TOLD_APART

    def test_words_on_them_can_be_read(self, theme):
        colours, (ink, worst) = ramp(theme)
        assert min(contrast(colour, ink) for colour in colours[:4]) >= 4.5
        assert contrast(colours[4], worst) >= 4.5
