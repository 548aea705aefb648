"""A PDF -> one Article: its text in reading order, in paragraphs as they are laid out.

One file is one article; a whole newspaper in one file becomes one long article. The title is the document's own where
that names a story, else the largest line of the first page. The date is the one printed at the top, else the day the
file was made, unless a browser or a scanner made it: that is the day of the visit. Only this module names pypdfium2.
"""

from __future__ import annotations

import ctypes
import html
import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from qa.errors import UnreadableSource
from qa.ingest.layout import Line, PrintedBlock, printed_blocks
from qa.ingest.lines import byline, date_line, is_prose
from qa.ingest.normal import plain_text
from qa.ingest.syndication.item import Item, article_from_item
from qa.types import Article

_MOST_PAGES = 2_000
_MOST_CHARACTERS = 5_000_000  # of a book of a thousand pages there are two million
_SPLIT = "save each story as a file of its own"
_ONE_AT_A_TIME = threading.Lock()
"""PDFium keeps state of its own, and is not made for several threads."""
_GAP = 1.3  # of the type's size: wider is the space between two columns
_SPACE = 0.18  # of the type's size: narrower is the space between two letters
_NO_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint)|untitled|unbenannt|layout|document|doc|page|print|scan|slide)\b.{0,12}|"
    r".*\.(?:docx?|pdf|indd|qxp|qxd|txt|rtf|odt|html?|tiff?|jpe?g|ps|eps)|\S*[_\d]\S*|\W*",
    re.IGNORECASE,
)
_NO_DATE_OF_STORY = re.compile(
    r"skia|chrom|mozilla|firefox|safari|quartz|wkhtml|scan|print to pdf|webkit", re.IGNORECASE
)
_PDF_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(?:(Z)|([+-])(\d\d)'?(\d\d)?)?")


@dataclass(frozen=True, slots=True)
class _Char:
    """A drawn character, and the box of its type in points; ``place`` counts the page's characters."""

    char: str
    left: float
    right: float
    bottom: float
    size: float
    place: int


def read_pdf(file: IO[bytes], *, origin: str) -> Article:
    """Make one article of a PDF.

    Args:
        file: can be read at any place.
        origin: names the file in messages.

    Raises:
        UnreadableSource: damaged, encrypted, a scan without text, or far larger than an article.
        InvalidRecord: text, but no paragraph.
    """
    with _ONE_AT_A_TIME:
        told, pages, heights = _read(file, origin)
    if not any(pages):
        hint = "run OCR over it, for instance with ocrmypdf, and ingest the result"
        raise UnreadableSource("no text in the PDF: its pages are pictures", path=origin, hint=hint)
    blocks = printed_blocks(pages, heights)
    return article_from_item(_item(blocks, told), origin=origin)


def _read(file: IO[bytes], origin: str) -> tuple[Mapping[str, str], list[list[Line]], list[float]]:
    """What the document says of itself, and the lines and the height of each page.

    Raises:
        UnreadableSource: as ``read_pdf`` does.
    """
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(file) as document:
            if len(document) > _MOST_PAGES:
                message = f"more than {_MOST_PAGES:,} pages, too many for one article"
                raise UnreadableSource(message, path=origin, hint=_SPLIT)
            found = list(_pages(document, origin))
            return document.get_metadata_dict(), [lines for lines, _ in found], [height for _, height in found]
    except pypdfium2.PdfiumError as error:
        raise _unreadable(error, origin) from error


def _unreadable(error: Any, origin: str) -> UnreadableSource:
    import pypdfium2.raw

    if error.err_code in (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY):
        return UnreadableSource("the PDF is encrypted", path=origin, hint="save it without a password")
    return UnreadableSource("the PDF is damaged", path=origin, hint="get it again, or mend it with qpdf")


def _pages(document: Any, origin: str) -> Iterator[tuple[list[Line], float]]:
    """The lines and the height of each page.

    Raises:
        UnreadableSource: more characters than an article has, told before they are looked at.
    """
    left = _MOST_CHARACTERS
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        try:
            left -= text.count_chars()
            if left < 0:
                message = f"more than {_MOST_CHARACTERS:,} characters, too many for one article"
                raise UnreadableSource(message, path=origin, hint=_SPLIT)
            yield list(_lines(text)), page.get_height()
        finally:
            text.close()
            page.close()


def _lines(text: Any) -> Iterator[Line]:
    """The runs of characters on one base line without a wide gap between them."""
    run: list[_Char] = []
    for char in _chars(text):
        if run and (char is None or _parts(run[-1], char)):
            yield from _line(run, text)
            run = []
        if char is not None:
            run.append(char)
    yield from _line(run, text)


def _chars(text: Any) -> Iterator[_Char | None]:
    """The characters as they were drawn; None where PDFium sees a line's end. Slanted ones are watermarks, and go."""
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    for place in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, place)
        if code in (10, 13):
            yield None
        elif pdfium.FPDFText_IsGenerated(text, place):
            continue  # a space that PDFium sees in a gap: the gap itself is looked at below
        elif pdfium.FPDFText_GetLooseCharBox(text, place, box) and pdfium.FPDFText_GetCharAngle(text, place) < 0.1:
            char = "-" if pdfium.FPDFText_IsHyphen(text, place) else chr(min(code, 0x10FFFF))
            yield _Char(char, box.left, box.right, box.bottom, box.top - box.bottom, place)


def _parts(before: _Char, char: _Char) -> bool:
    """Whether a new run begins: on another line, far to the right, or back to the left."""
    size = max(before.size, char.size)
    moved = abs(char.bottom - before.bottom) > 0.5 * size
    return moved or not -size < char.left - before.right < _GAP * size


def _line(run: Sequence[_Char], text: Any) -> Iterator[Line]:
    parts: list[str] = []
    for i, char in enumerate(run):
        if i and char.left - run[i - 1].right > _SPACE * char.size:
            parts.append(" ")
        parts.append(unicodedata.normalize("NFKC", char.char) if "\ufb00" <= char.char <= "\ufb06" else char.char)
    if plain := plain_text("".join(parts)):
        heights = sorted(char.size for char in run)
        size, bottom = heights[len(run) // 2], min(char.bottom for char in run)
        yield Line(plain, run[0].left, run[-1].right, bottom, size, _is_bold(text, run[0].place))


def _is_bold(text: Any, place: int) -> bool:
    import pypdfium2.raw as pdfium

    name, flags = ctypes.create_string_buffer(200), ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(text, place, name, len(name), flags)
    named = length and re.search(rb"bold|black|heavy", name.value, re.IGNORECASE)
    return bool(named) or pdfium.FPDFText_GetFontWeight(text, place) >= 600


def _item(blocks: Sequence[PrintedBlock], told: Mapping[str, str]) -> Item:
    top = _top(blocks)
    title = plain_text(told.get("Title", ""))
    authors = next((block.text for block in top if byline(block.text)), "") or plain_text(told.get("Author", ""))
    return Item(
        title=title if title and not _NO_TITLE.fullmatch(title) else _headline(blocks),
        html="".join(_markup(block) for block in blocks),
        authors=(authors,) if " " in authors else (),
        published=_printed_date(top) or _made(told),
        whence="file",
    )


def _top(blocks: Sequence[PrintedBlock]) -> list[PrintedBlock]:
    """What stands before the story is under way."""
    prose = next((i for i, block in enumerate(blocks) if block.kind == "paragraph" and is_prose(block.text)), 0)
    return list(blocks[: prose + 1][:12])


def _headline(blocks: Sequence[PrintedBlock]) -> str:
    first = [block for block in blocks if block.kind == "heading" and block.page == blocks[0].page]
    return max(first, key=lambda block: block.size).text if first else ""


def _markup(block: PrintedBlock) -> str:
    tag = "h2" if block.kind == "heading" else "p"
    return f"<{tag}>{html.escape(block.text, quote=False)}</{tag}>"


def _printed_date(top: Sequence[PrintedBlock]) -> str:
    found = (date_line(block.text) for block in top)
    return next((date for line in found if line and (date := line.published or line.bare)), "")


def _made(told: Mapping[str, str]) -> str:
    """The moment that the file was made, as ISO; empty where a browser or a scanner made it."""
    match = _PDF_DATE.match(told.get("CreationDate", ""))
    if not match or _NO_DATE_OF_STORY.search(f"{told.get('Creator')} {told.get('Producer')}"):
        return ""
    year, month, day, hour, minute, second, utc, sign, hours, minutes = match.groups()
    zone = "+00:00" if utc else f"{sign}{hours}:{minutes or '00'}" if sign else ""
    return f"{year}-{month}-{day}" + (f"T{hour}:{minute}:{second or '00'}{zone}" if hour else "")
