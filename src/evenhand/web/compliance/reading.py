"""The notice that candidates see, taken apart: headings, sentences and lists, without markup."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

from .paper import Block, Items, Section, Text

_WHOLE: Final = {"h2", "p", "li", "summary"}


def sections_of(html: str) -> tuple[Section, ...]:
    """Return the sections of a notice, each under its heading.

    >>> sections_of("<h2>Time</h2><p>You have <b>30</b> minutes.</p><ul><li>a</li><li>b</li></ul>")
    (Section(title='Time', blocks=(Text(text='You have 30 minutes.', kind='text'), \
Items(items=('a', 'b'), kind='items'))),)
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found: list[Section] = []
    blocks: list[Block] = []
    title = ""
    for tag, text in reader.parts:
        if tag == "h2":
            if title:
                found.append(Section(title, tuple(blocks)))
            title, blocks = text, []
        elif tag == "li" and blocks and isinstance(blocks[-1], Items):
            blocks[-1] = Items((*blocks[-1].items, text))
        else:
            blocks.append(Items((text,)) if tag == "li" else Text(text))
    return (*found, Section(title, tuple(blocks)))


class _Reader(HTMLParser):
    """Collects the text of every element that stands by itself; what is nested comes by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[tuple[str, str]] = []
        self._open: list[tuple[str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _WHOLE:
            if self._open:
                self._flush()
            self._open.append((tag, []))

    def handle_endtag(self, tag: str) -> None:
        if tag in _WHOLE and self._open:
            self._flush()
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1][1].append(data)

    def _flush(self) -> None:
        tag, words = self._open[-1]
        text = " ".join("".join(words).split())
        words.clear()
        if text:
            self.parts.append((tag, text))
