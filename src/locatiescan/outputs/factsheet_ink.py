"""What is drawn by hand on a page of a factsheet: single lines of text, pictures and bars."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable

from locatiescan.outputs.factsheet_drawing import Mark, Picture, Word
from locatiescan.outputs.factsheet_record import Criterion
from locatiescan.outputs.factsheet_tags import tagged

PLAIN, BOLD = "Vera", "VeraBd"
"""The fonts that reportlab brings along; being embedded they look alike everywhere."""
SOFT, ACCENT = "#4b5563", "#0b4f8a"
BAR, HIGH = 42 * mm, 2.2 * mm
EVEN_ODD = 0


def printable(text: str) -> str:
    """Text in signs that the font has; what it lacks loses its accent, or becomes a question mark."""
    known = pdfmetrics.getFont(fonts()[0]).face.charToGlyph  # pyright: ignore[reportAttributeAccessIssue]

    def shown(sign: str) -> str:
        if ord(sign) in known:
            return sign
        return "".join(part for part in unicodedata.normalize("NFKD", sign) if ord(part) in known) or "?"

    return "".join(map(shown, text))


@cache
def fonts() -> tuple[str, str]:
    """Make the fonts known, once."""
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    return PLAIN, BOLD


def line(canvas: Any, text: str, x: float, y: float, look: tuple[str, float, str], right: float | None = None) -> None:
    """A line of text by font, size and colour; set to the right where a width is given."""
    font, size, colour = look
    canvas.setFillColor(HexColor(colour))
    canvas.setFont(font, size)
    draw = canvas.drawString if right is None else canvas.drawRightString
    draw(x + (right or 0.0), y, printable(text))


class Bar(Flowable):
    """Length for the weight, filled for the score; the figures beside it say the same."""

    def __init__(self, one: Criterion, most: float):
        super().__init__()
        self.one, self.most = one, most
        self.width, self.height = BAR, HIGH + 7

    def draw(self) -> None:
        """Draw it, tagged."""
        canvas: Any = self.canv
        whole = BAR * self.one.weight / self.most
        with tagged(canvas, "Artifact"):
            for colour, length in (("#dde2e7", whole), (ACCENT, whole * (self.one.score or 0.0))):
                canvas.setFillColor(HexColor(colour))
                canvas.rect(0, 8, length, HIGH, stroke=0, fill=1)
        with tagged(canvas, "P"):
            line(canvas, self.one.bar_words, 0, 1.5, (PLAIN, 5.8, SOFT))


class Drawn(Flowable):
    """A picture on the page."""

    def __init__(self, picture: Picture, scale: float):
        super().__init__()
        self.picture, self.scale = picture, scale
        self.width, self.height = picture.width * scale * mm, picture.height * scale * mm

    def draw(self) -> None:
        """Draw it, tagged."""
        canvas: Any = self.canv
        with tagged(canvas, "Figure", printable(f"{self.picture.title}. {self.picture.description}")):
            canvas.saveState()
            canvas.scale(self.scale * mm, self.scale * mm)
            canvas.setLineJoin(1)
            for mark in self.picture.marks:
                if isinstance(mark, Mark):
                    _draw_mark(canvas, mark, self.picture.height)
                else:
                    _draw_word(canvas, mark, self.picture.height)
            canvas.restoreState()


def _draw_mark(canvas: Any, mark: Mark, height: float) -> None:
    style, path = mark.style, canvas.beginPath()
    for line in mark.lines:
        (x, y), *rest = line.tolist()
        path.moveTo(x, height - y)
        for x, y in rest:
            path.lineTo(x, height - y)
        if mark.closed:
            path.close()
    if style.fill:
        canvas.setFillColor(HexColor(style.fill))
    if style.stroke:
        canvas.setStrokeColor(HexColor(style.stroke))
        canvas.setLineWidth(style.width)
        canvas.setDash(list(style.dash))
    canvas.drawPath(path, stroke=int(bool(style.stroke)), fill=int(bool(style.fill)), fillMode=EVEN_ODD)


def _draw_word(canvas: Any, word: Word, height: float) -> None:
    canvas.saveState()
    canvas.translate(word.x, height - word.y)
    canvas.rotate(word.angle)
    font, text = BOLD if word.bold else PLAIN, printable(word.text)
    size = word.size * 0.86  # this font is wider than those of a browser
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[word.anchor] * canvas.stringWidth(text, font, size)
    canvas.setFont(font, size)
    if word.halo:
        canvas.setFillColor(HexColor("#ffffff"))
        width = canvas.stringWidth(text, font, size)
        canvas.rect(-shift - 0.3, -0.45, width + 0.6, size * 1.05, stroke=0, fill=1)
    canvas.setFillColor(HexColor(word.colour))
    canvas.drawString(-shift, 0, text)
    canvas.restoreState()
