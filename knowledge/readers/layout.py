"""From the lines of pages to headings and paragraphs: what stands around the text is taken out."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, product
from statistics import median

from knowledge.readers.columns import Line
from knowledge.readers.content import Block, one_line
from knowledge.readers.headings import has_leader, reads_as_heading
from knowledge.readers.wrapping import TextArea, is_one_heading, text_area
from knowledge.types import Page

_MARGIN = 0.12  # of the page's height, at the top and at the bottom: where running lines stand
_REPEATED = 0.3  # of the pages: left and right pages and parts of a document have headers of their own
_SAME_PLACE = 4.0  # points
_LARGER = 1.12  # times the body's size: a heading
_MAX_HEADING = 200  # characters, over all its lines
_LEADING = 1.35  # times the usual distance of lines: a paragraph's gap
_MAX_LEVEL = 6
_MAX_COUNTERS = 4  # numbers of a running line, the last ones, that may count its pages
_NUMBER = re.compile(r"(\d{1,9})")
_PAGE_OF_PAGES = re.compile(
    r"(?:^\W*|(?P<after>\b))(?:page|pagina|seite|blz|p)\b[.\s]*"
    r"(?P<page>\d{1,4})\s*(?:/|of|van|von|sur|de)\s*(?P<pages>\d{1,4})(?(after)\W*$|\b)",
    re.IGNORECASE,
)
_ONLY_NUMBER = re.compile(
    r"[\W_]*(?:(?:page|pagina|seite|blz|p)\b[.\s]*)?(?:\d{1,4}|[ivxlc]{1,6})"
    r"(?:\s*(?:/|of|van|von|sur|de|\|)\s*\d{1,4})?[\W_]*",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?:[-–—*•‣◦▪●○■□➢➤✓·o]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+\S")
_CLOSED = re.compile(r"[.:;!?…][\"'”’»)\]]*$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HYPHENS = "-\u00ad\u2010\x02\ufffe"

Levels = Callable[[Line], int]  # the heading level of a line, 0 for body text


def without_running_lines(lines: Sequence[Line], heights: Sequence[float]) -> list[Line]:
    """The lines without page numbers, and headers and footers that pages share; ``heights`` by page."""
    body = body_size(lines)
    places: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if _in_margin(line, heights) and line.size <= body * _LARGER:
            for key in _running_keys(line):
                places[key].append(line)
    needed = max(2, _REPEATED * len(heights))
    running: set[int] = set()
    for same in places.values():
        for line in same:
            near = {other.page for other in same if abs(other.bottom - line.bottom) <= _SAME_PLACE}
            if len(near) >= needed or _ONLY_NUMBER.fullmatch(line.text) or _tells_page(line, len(heights)):
                running.add(id(line))
    return [line for line in lines if id(line) not in running]


def _in_margin(line: Line, heights: Sequence[float]) -> bool:
    height = heights[line.page - 1]
    return line.bottom > height * (1 - _MARGIN) or line.top < height * _MARGIN


def _running_keys(line: Line) -> set[str]:
    """The line with every choice of its numbers counted from the page: one is the same on all pages."""
    parts = _NUMBER.split(one_line(line.text).casefold())
    counters = range(1, len(parts), 2)[-_MAX_COUNTERS:]
    choices = [
        {part, f"#{int(part) - line.page}"} if number in counters else {part}
        for number, part in enumerate(parts)
    ]
    return set(map("".join, product(*choices)))


def _tells_page(line: Line, pages: int) -> bool:
    """Whether a line begins or ends with 'page 1 of 3', where it is the first of three."""
    found = _PAGE_OF_PAGES.search(line.text)
    return found is not None and (int(found["page"]), int(found["pages"])) == (line.page, pages)


def body_size(lines: Sequence[Line]) -> float:
    """The font size that most characters have."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def levels_by_size(lines: Sequence[Line]) -> Levels:
    """Larger than the body, the larger the higher; at the body's size, bold lines come last."""
    body = body_size(lines)
    larger = sorted({line.size for line in lines if line.size > body * _LARGER}, reverse=True)
    ranks = {size: min(rank, _MAX_LEVEL) for rank, size in enumerate(larger, start=1)}
    bold_level = min(len(larger) + 1, _MAX_LEVEL)
    mostly_bold = sum(line.bold for line in lines) > len(lines) / 2

    def level(line: Line) -> int:
        if line.is_row or has_leader(line.text):
            return 0
        if line.size in ranks and any(map(str.isalpha, line.text)):
            return ranks[line.size]
        if line.bold and not mostly_bold and line.size > body * 0.95 and reads_as_heading(line.text):
            return bold_level
        return 0

    return level


def levels_by_outline(lines: Sequence[Line], outline: Sequence[tuple[str, int, int]]) -> Levels | None:
    """Headings where the outline's (title, level, page) stand; None if fewer than half of them are found."""
    by_page: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_page[line.page].append(line)
    marked: dict[int, int] = {}
    found = 0
    for title, level, page in outline:
        wanted = _letters(title)
        for number in (page, page + 1):
            run = _run_of(by_page[number], wanted, marked)
            if wanted and run:
                marked.update((id(line), level) for line in run)
                found += 1
                break
    return (lambda line: marked.get(id(line), 0)) if outline and found * 2 >= len(outline) else None


def _run_of(lines: Sequence[Line], wanted: str, marked: dict[int, int]) -> Sequence[Line]:
    """The one to four lines whose letters are the wanted ones, a number in front of them aside."""
    for start, first in enumerate(lines):
        if id(first) in marked:
            continue
        letters = ""
        for stop, line in enumerate(lines[start : start + 4], start=start + 1):
            letters += _letters(line.text)
            if letters == wanted or letters.lstrip("0123456789") == wanted.lstrip("0123456789") != "":
                return lines[start:stop]
            if len(letters) > len(wanted) + 12:
                break
    return ()


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def blocks(lines: Sequence[Line], level_of: Levels, title: str | None = None) -> Iterator[Block]:
    """Headings and paragraphs, whole across lines, columns and pages; with the places where pages begin.

    Where no outline names the headings, ``title`` is the one in the metadata, and what is one heading is
    told by how its lines stand.
    """
    words = Counter(word.casefold() for line in lines for word in _WORD.findall(line.text))
    leading = _leading(lines)
    area = None if title is None else _area(lines, leading)
    own = _letters(title or "")
    page = 0
    group: list[Line] = []
    for line in lines:
        is_title = own and own == _letters("".join(each.text for each in group))
        if group and (is_title or not _continues(group, line, leading, level_of, area)):
            block, page = _block(group, level_of(group[0]), words, page)
            yield block
            group = []
        group.append(line)
    if group:
        yield _block(group, level_of(group[0]), words, page)[0]


def _leading(lines: Sequence[Line]) -> dict[float, float]:
    """The usual distance of two lines by font size."""
    distances: dict[float, list[float]] = defaultdict(list)
    for above, line in pairwise(lines):
        distance = above.bottom - line.bottom
        if above.page == line.page and above.size == line.size and 0 < distance < 3 * line.size:
            distances[line.size].append(distance)
    return {size: median(found) for size, found in distances.items()}


def _area(lines: Sequence[Line], leading: dict[float, float]) -> TextArea:
    size = body_size(lines)
    return text_area([line for line in lines if line.size == size], leading.get(size, 0.0))


def _continues(
    group: Sequence[Line],
    line: Line,
    leading: dict[float, float],
    level_of: Levels,
    area: TextArea | None,
) -> bool:
    """Whether the line goes on with the paragraph or heading that the lines before it began."""
    above, level = group[-1], level_of(line)
    if above.is_row or line.is_row:
        return above.is_row and line.is_row and above.page == line.page and above.bottom > line.bottom
    if level != level_of(above) or _ITEM.match(line.text):
        return False
    closed = bool(_CLOSED.search(above.text))
    distance = above.bottom - line.bottom
    flows = above.page == line.page and distance > 0
    usual = min(leading.get(line.size, line.size * 1.2), line.size * 1.8)
    if level:
        length = sum(len(each.text) for each in group) + len(line.text)
        if not flows or above.size != line.size or distance > usual * 1.6 or length > _MAX_HEADING:
            return False
        return area is None or is_one_heading(group, line, area)
    if not flows:  # the next column or page: a sentence that is not closed goes on there
        return not closed and line.size == above.size and line.text[:1].islower()
    if distance > usual * _LEADING or abs(above.size - line.size) > 1.5:
        return False
    starts_indented = line.left > above.left + line.size * 0.8 and not _ITEM.match(group[0].text)
    widest = max(each.right for each in (*group, line))
    ends_short = above.right < widest - (widest - above.left) * 0.2
    return not (closed and (starts_indented or ends_short))


def _block(group: Sequence[Line], level: int, words: Counter[str], page: int) -> tuple[Block, int]:
    """The lines as one block, and the page that it ends on; ``page`` is the one before it."""
    text = ""
    starts: list[Page] = []
    for line in group:
        text = f"{text}\n{line.text}" if text and line.is_row else _joined(text, line.text, words)
        starts += [Page(number, len(text) - len(line.text)) for number in range(page + 1, line.page + 1)]
        page = max(page, line.page)
    return Block(text, level, tuple(starts)), page


def _joined(text: str, line: str, words: Counter[str]) -> str:
    """The two with a blank between, or with the hyphen of a divided word taken out."""
    if not text:
        return line
    if text[-1] not in _HYPHENS or not line[:1].isalpha():
        return f"{text} {line}"
    stem = text[:-1]
    if not stem[-1:].isalpha():
        return f"{text} {line}"
    left, right = _WORD.findall(stem[-60:])[-1].casefold(), _WORD.findall(line[:60])[0].casefold()
    whole, compound = words[left + right], words[f"{left}-{right}"]
    if line[0].isupper() or compound > whole:
        return f"{stem}-{line}"
    # Neither form stands elsewhere: two words that do, each by itself, make a compound.
    by_itself = min(words[left], words[right]) > 1 and len(left) > 3 and len(right) > 3
    return f"{stem}-{line}" if by_itself and not whole else f"{stem}{line}"
