"""A factsheet as PDF on A4: text that can be read and searched, with embedded fonts, and the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Spacer,
    Table,
)

from locatiescan.errors import OutputError
from locatiescan.outputs.factsheet_ink import ACCENT, BAR, BOLD, PLAIN, SOFT, Bar, Drawn, fonts, line, printable
from locatiescan.outputs.factsheet_record import HOW_TO_READ, LATEST, MARK_MEANS, Criterion, Demand, Factsheet, Tile
from locatiescan.outputs.factsheet_tags import TaggedCanvas, TaggedParagraph, tagged

MARGIN, WIDTH = 12 * mm, A4[0] - 24 * mm
PAGES = 2
SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
"""Sizes of text that are tried until two pages hold it."""
INK, LINE = "#1a2027", "#cbd2d9"
TONES = {"goed": "#14652f", "twijfel": "#b45309", "fout": "#a3151f", "vlak": "#4b5563"}
WARNING = "#7a1f4b"


def as_pdf(sheet: Factsheet) -> bytes:
    """Write a factsheet on two pages.

    Raises
    ------
    OutputError
        If two pages do not hold it, however small the text.
    """
    fonts()
    for scale in SCALES:
        content, pages = _built(sheet, scale)
        if pages <= PAGES:
            return content
    raise OutputError(f"De factsheet van {sheet.name} past niet op {PAGES} bladzijden.")


def _built(sheet: Factsheet, scale: float) -> tuple[bytes, int]:
    target = io.BytesIO()
    document = BaseDocTemplate(
        target, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, lang="nl-NL", invariant=1, pageCompression=1,
        title=printable(f"{sheet.title}, {sheet.municipality}"), author="locatiescan", creator="locatiescan",
        subject=printable(sheet.disclaimer),
    )  # fmt: skip
    top = 18 * mm if sheet.warning else 10 * mm
    frame = Frame(MARGIN, 13 * mm, WIDTH, A4[1] - top - 13 * mm, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate("blad", [frame], onPage=lambda canvas, _: _around(canvas, sheet)))
    document.build(_story(sheet, Styles(scale)), canvasmaker=TaggedCanvas)
    return target.getvalue(), document.page


class Styles:
    """Paragraph styles at one size of text."""

    def __init__(self, scale: float):
        def style(size: float, bold: bool = False, colour: str = INK, **more: Any) -> ParagraphStyle:
            more = {"leading": size * scale * 1.3, "splitLongWords": 1} | more
            font = BOLD if bold else PLAIN
            return ParagraphStyle("", fontName=font, fontSize=size * scale, textColor=HexColor(colour), **more)

        self.scale = scale
        self.title = style(14, bold=True, role="H1")
        self.head = style(9, bold=True, colour=ACCENT, role="H2", spaceBefore=5 * scale, spaceAfter=2 * scale)
        self.text, self.bold = style(7.2), style(7.2, bold=True)
        self.soft, self.value = style(6.4, colour=SOFT), style(9, bold=True)
        self.right = style(7.2, alignment=TA_RIGHT)
        self.bullet = style(6.8, leftIndent=7, bulletFontName=PLAIN, bulletFontSize=6.8 * scale)


def _story(sheet: Factsheet, styles: Styles) -> list[Flowable]:
    gap = Spacer(0, 4 * styles.scale)
    return [
        _words(sheet.title, styles.title),
        _words(f"{sheet.municipality} · {sheet.subtitle}", styles.text),
        _words(sheet.dates, styles.soft),
        gap,
        _tiles(sheet.tiles, styles),
        gap,
        *_pictures(sheet, styles),
        _words("In het kort", styles.head),
        _words(sheet.summary, styles.text),
        *_moments(sheet, styles),
        _words("Wat de raad wil weten", styles.head),
        _answers(sheet, styles),
        *_criteria(sheet, styles),
        *_demands(sheet, styles),
        *_listed("Wat weten wij niet", sheet.unknowns, styles),
        *_listed("Bronnen", sheet.sources, styles),
        gap,
        _words(MARK_MEANS, styles.soft),
    ]  # fmt: skip


def _answers(sheet: Factsheet, styles: Styles) -> Table:
    rows = [(_words(one.question, styles.bold), _words(one.text, styles.text)) for one in sheet.answers]
    return _grid(rows, (42 * mm, WIDTH - 42 * mm))


def _words(text: str, style: ParagraphStyle, **more: Any) -> TaggedParagraph:
    """A paragraph of text as it is: reportlab would read markup in it, and even fetch an image."""
    return TaggedParagraph(escape(printable(text)), style, **more)


def _around(canvas: Any, sheet: Factsheet) -> None:
    """What stands on every page: that it is made up, what it is not, and which page it is."""
    once = "P" if canvas.getPageNumber() == 1 else "Artifact"  # a screen reader says it one time
    canvas.saveState()
    if sheet.warning:
        with tagged(canvas, "Artifact"):
            canvas.setFillColor(HexColor(WARNING))
            canvas.rect(0, A4[1] - 12 * mm, A4[0], 12 * mm, stroke=0, fill=1)
        with tagged(canvas, once):
            line(canvas, sheet.warning, MARGIN, A4[1] - 8 * mm, (BOLD, 9, "#ffffff"))
    with tagged(canvas, once):
        line(canvas, sheet.disclaimer, MARGIN, 8 * mm, (PLAIN, 6, SOFT))
    with tagged(canvas, "Artifact"):
        page = f"{sheet.name[:40]} · blad {canvas.getPageNumber()}"
        line(canvas, page, A4[0] - MARGIN - 60 * mm, 8 * mm, (PLAIN, 6, SOFT), 60 * mm)
    canvas.restoreState()


def _tiles(tiles: Sequence[Tile], styles: Styles) -> Table:
    cells = [
        [_words(one.label, styles.soft), _words(one.value, styles.value), _words(one.note, styles.soft)]
        for one in tiles
    ]
    commands: list[Any] = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("BACKGROUND", (0, 0), (-1, -1), HexColor("#f3f5f7"))]
    commands += [("LINEBEFORE", (i, 0), (i, 0), 2.5, HexColor(TONES[one.tone])) for i, one in enumerate(tiles)]
    return Table([cells], [WIDTH / len(tiles)] * len(tiles), style=[*commands, *_padding(4, 3)])


def _pictures(sheet: Factsheet, styles: Styles) -> list[Flowable]:
    shown = [picture for picture in (sheet.map, sheet.plan) if picture is not None]
    each = WIDTH / len(shown)
    fit = [Drawn(picture, min(1.0, (each / mm - 3) / picture.width) * (0.6 + 0.4 * styles.scale)) for picture in shown]
    heads = [_words(picture.title, styles.head) for picture in shown]
    table = Table([heads, fit], [each] * len(shown), style=[("VALIGN", (0, 0), (-1, -1), "TOP"), *_padding(0, 0)])
    said = " · ".join(sheet.plan_lines)
    return [table, *([_words(said, styles.soft)] if said else [])]


def _moments(sheet: Factsheet, styles: Styles) -> list[Flowable]:
    if not sheet.moments:
        return []
    rows = [[_words(text, styles.bold) for text in ("Wanneer", "op zijn vroegst", LATEST)]]
    rows += [[_words(text, styles.text) for text in (one.label, one.early, one.late)] for one in sheet.moments]
    return [Spacer(0, 4 * styles.scale), _grid(rows, (42 * mm, 60 * mm, WIDTH - 102 * mm))]


def _criteria(sheet: Factsheet, styles: Styles) -> list[Flowable]:
    if not sheet.criteria:
        return [_words("Score", styles.head), _words(sheet.scoring, styles.text)]
    head = [_words(text, styles.bold) for text in ("Wat telt mee", "Hier", "Gewicht en score")]
    rows: list[list[Any]] = [[*head, _words("Punten", styles.right)]]
    for one in sheet.criteria:
        value, points = _words(one.value, styles.text), _words(one.points, styles.right)
        rows.append([_named(one, styles), value, Bar(one, sheet.heaviest), points])
    table = _grid(rows, (WIDTH - BAR - 63 * mm, 42 * mm, BAR + 3 * mm, 18 * mm))
    together = KeepTogether([_words("Waarom deze plaats op de ranglijst", styles.head), table])
    return [together, _words(f"{sheet.scoring} {HOW_TO_READ}", styles.soft)]


def _named(one: Criterion | Demand, styles: Styles) -> list[Flowable]:
    return [_words(one.words, styles.bold), _words(one.more, styles.soft)]


def _demands(sheet: Factsheet, styles: Styles) -> list[Flowable]:
    if not sheet.demands:
        return []
    rows: list[list[Any]] = [[_words(text, styles.bold) for text in ("Grens", "Gevraagd", "Hier", "Oordeel")]]
    for one in sheet.demands:
        rows.append([_named(one, styles), *(_words(t, styles.text) for t in (one.asked, one.value, one.verdict))])
    table = _grid(rows, (WIDTH - 125 * mm, 55 * mm, 40 * mm, 30 * mm))
    return [KeepTogether([_words("Harde grenzen", styles.head), table])]


def _listed(title: str, items: Sequence[str], styles: Styles) -> list[Flowable]:
    head = _words(title, styles.head)
    bullets = [_words(item, styles.bullet, bulletText="•") for item in items]
    return [KeepTogether([head, *bullets[:1]]), *bullets[1:]] if bullets else [head, _words("Niets.", styles.text)]


def _grid(rows: Sequence[Sequence[Any]], widths: Sequence[float]) -> Table:
    lines: list[Any] = [("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(LINE)), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    return Table([list(row) for row in rows], list(widths), style=[*lines, *_padding(2, 1.5)])


def _padding(across: float, along: float) -> list[Any]:
    sides = {"LEFTPADDING": across, "RIGHTPADDING": across, "TOPPADDING": along, "BOTTOMPADDING": along}
    return [(name, (0, 0), (-1, -1), value) for name, value in sides.items()]
