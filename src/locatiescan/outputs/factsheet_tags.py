"""Tags in the PDF that tell a screen reader what each text is; reportlab itself writes none.

PDF 1.7 (ISO 32000-1), 14.7 and 14.8: marked content on the page, and a tree that names it in reading order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObjectReference, PDFString
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph


class _Tag(NamedTuple):
    page: int
    """From 0."""
    number: int
    """Of the marked content on its page."""
    role: str
    words: str
    """For who cannot see it; empty where it is text itself."""


class TaggedCanvas(Canvas):
    """A canvas that remembers what was drawn as what, and writes it down when saved."""

    def __init__(self, *args: Any, **more: Any):
        super().__init__(*args, **more)
        self.tags: list[_Tag] = []
        self.setViewerPreference("DisplayDocTitle", "true")

    def save(self) -> None:
        """Write the tree of tags, then the file."""
        document: Any = self._doc  # pyright: ignore[reportAttributeAccessIssue]
        root, whole = PDFDictionary(), PDFDictionary()
        top, above = document.Reference(root, "Tags"), document.Reference(whole, "TagsDocument")
        elements = [document.Reference(_element(tag, above), f"Tag{i}") for i, tag in enumerate(self.tags)]
        by_page: dict[int, list[Any]] = defaultdict(list)
        for tag, element in zip(self.tags, elements, strict=True):
            by_page[tag.page].append(element)
        whole.dict |= {"Type": PDFName("StructElem"), "S": PDFName("Document"), "P": top, "K": PDFArray(elements)}
        parents = PDFArray([part for page, some in by_page.items() for part in (page, PDFArray(some))])
        root.dict |= {"Type": PDFName("StructTreeRoot"), "K": above, "ParentTree": PDFDictionary({"Nums": parents})}
        document.Catalog.StructTreeRoot = top
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        for i, page in enumerate(document.Pages.pages):
            page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
            page.StructParents, page.Tabs = i, PDFName("S")
        super().save()


def _element(tag: _Tag, above: Any) -> PDFDictionary:
    page = PDFObjectReference(f"Page{tag.page + 1}")  # the name that reportlab gives it
    held = {"Type": PDFName("StructElem"), "S": PDFName(tag.role), "P": above, "Pg": page, "K": tag.number}
    return PDFDictionary(held | ({"Alt": PDFString(tag.words)} if tag.words else {}))


@contextmanager
def tagged(canvas: Any, role: str, words: str = "") -> Iterator[None]:
    """What is drawn within is a heading (``H1``), paragraph (``P``), figure, or, as ``Artifact``, mere decoration."""
    if role == "Artifact":
        canvas._code.append("/Artifact BMC")
    else:
        page = canvas.getPageNumber() - 1
        number = sum(tag.page == page for tag in canvas.tags)
        canvas.tags.append(_Tag(page, number, role, words))
        canvas._code.append(f"/{role} <</MCID {number}>> BDC")
    yield
    canvas._code.append("EMC")


class TaggedParagraph(Paragraph):
    """A paragraph that is tagged with the ``role`` of its style."""

    def draw(self) -> None:
        """Draw it within its tag."""
        with tagged(self.canv, getattr(self.style, "role", "P")):
            super().draw()
