"""From a saved notebook to a page: its text, code, outputs and pictures, as they were saved."""

from __future__ import annotations

import base64
import html
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

import bs4
import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from nbconvert.filters.ansi import ansi2html

from . import frames, text

HERE = Path(__file__).resolve().parent
_NOTEBOOK = re.compile(r"([\w-]+)\.ipynb(#.*)?$")

# What only a kernel can do, and where: one line below the cell.
_ANSWERS = {"check": "This check answers", "drill": "This asks its questions"}


@dataclass
class Section:
    """A part of a page below a heading, for its contents and for the search."""

    level: int
    heading: str
    anchor: str
    words: str = ""


@dataclass
class Page:
    """A lesson as a page."""

    name: str
    """Of its file, without an ending."""
    title: str
    question: str
    blocks: list[str] = field(default_factory=list)
    """HTML, one block for each cell."""
    sections: list[Section] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    """The ids of cells with a live picture."""
    picture: str = ""
    """The file of the picture that stands for it: its first live one, or else its first."""


def environment() -> Environment:
    """Where the templates are."""
    loader = FileSystemLoader(HERE / "templates")
    return Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True, autoescape=True)


def on_the_site(url: str) -> str:
    """Where an address in a notebook leads on the site."""
    if found := _NOTEBOOK.fullmatch(url):
        return f"{found[1]}.html{found[2] or ''}"
    return url


def page_of(path: Path, site: Path) -> Page:
    """The page of a notebook; its pictures go into `site/pictures`."""
    notebook = nbformat.read(path, as_version=4)
    page = Page(path.stem, path.stem, "")
    taken: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            made, found = _with_anchors(text.markdown(cell.source, on_the_site), taken)
            page.blocks.append(f'<div class="text" id="{_cell(cell)}">{made}</div>')
            page.sections += found
            if found and found[0].level == 1 and page.title == page.name:
                page.title = found[0].heading
                asked = re.search(r"^\*([^*]+)\*$", cell.source, re.MULTILINE)
                page.question = asked[1] if asked else ""
            _add_words(page, text.words(made))
        elif cell.cell_type == "code" and (cell.source.strip() or cell.outputs):
            page.blocks.append(_code_cell(cell, page, site))
            _add_words(page, " ".join(cell.source.split()))
    return page


def _cell(cell: nbformat.NotebookNode) -> str:
    """The id of a cell's block. That of a heading may be the same word: so it is told apart."""
    return f"cell-{html.escape(cell.id)}"


def _add_words(page: Page, more: str) -> None:
    if page.sections:
        section = page.sections[-1]
        section.words = f"{section.words} {more}".strip()


def _with_anchors(made: str, taken: set[str]) -> tuple[str, list[Section]]:
    """Give each heading its anchor, and a link to it."""
    soup = bs4.BeautifulSoup(made, "html.parser")
    found = []
    for heading in soup.find_all(re.compile(r"^h[1-6]$")):
        words = " ".join(heading.get_text().split())
        anchor, number = text.slug(words), 1
        while anchor in taken:
            number += 1
            anchor = f"{text.slug(words)}-{number}"
        taken.add(anchor)
        heading["id"] = anchor
        found.append(Section(int(heading.name[1]), words, anchor))
    return str(soup), found


def _code_cell(cell: nbformat.NotebookNode, page: Page, site: Path) -> str:
    parts = [f'<pre class="code"><code>{text.code(cell.source)}</code></pre>']
    tags = cell.metadata.get("tags", [])
    if "exercise" in tags:
        parts[0] = f'<p class="label">Yours to write</p>{parts[0]}'
    for call, does in _ANSWERS.items():
        if cell.source.startswith(f"{call}("):
            where = '<a href="index.html#Start">in JupyterLab</a>'
            parts.append(f'<p class="where">{does} {where}, as soon as it is run there.</p>')
    for number, output in enumerate(cell.outputs):
        parts.append(_output(cell, output, number, page, site))
    kind = " exercise" if "exercise" in tags else ""
    return f'<div class="cell{kind}" id="{_cell(cell)}">{"".join(parts)}</div>'


def _output(
    cell: nbformat.NotebookNode,
    output: nbformat.NotebookNode,
    number: int,
    page: Page,
    site: Path,
) -> str:
    """One output, in the richest form that a page can show."""
    if output.output_type == "stream":
        return _plain(last_state(output.text))
    if output.output_type == "error":
        return _plain("\n".join(output.traceback), "error")
    data = output.data
    if "image/png" in data:
        alt = output.metadata.get("image/png", {}).get("alt", "")
        name = f"{cell.id}-{number}.png"
        return _picture(cell, png_of(output), alt, name, page, site)
    if "text/html" in data:
        return f'<div class="output html">{data["text/html"]}</div>'
    if "text/markdown" in data:
        made = bs4.BeautifulSoup(text.markdown(data["text/markdown"], on_the_site), "html.parser")
        for heading in made.find_all(re.compile(r"^h[1-6]$")):
            heading.name = "p"  # no part of the page's own order
            heading["class"] = "heading"
        return f'<div class="output text">{made}</div>'
    return _plain(data.get("text/plain", ""))


def last_state(printed: str) -> str:
    """What is left of a line that was written over, as a progress bar is."""
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in printed.split("\n"))
    return "\n".join(lines)


def png_of(output: nbformat.NotebookNode) -> bytes:
    """The picture of an output."""
    return base64.b64decode(output.data["image/png"])


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG."""
    return struct.unpack(">II", png[16:24])


def _plain(shown: str, kind: str = "plain") -> str:
    made = ansi2html(shown.rstrip("\n"))
    # IPython's own shades are for one background: a class of style.css has one for each theme.
    made = re.sub(r'<span(?: class="([^"]*)")? style="color: [^"]*">', _shade, made)
    return f'<pre class="output {kind}">{made}</pre>'


def _shade(span: re.Match) -> str:
    return f'<span class="{span[1] or ""} shade">'


def _picture(
    cell: nbformat.NotebookNode, png: bytes, alt: str, name: str, page: Page, site: Path
) -> str:
    file = site / "pictures" / page.name / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(png)
    width, height = size_of(png)
    source = file.relative_to(site).as_posix()
    image = (
        f'<img src="{source}" alt="{html.escape(alt)}" width="{width}" height="{height}" '
        'decoding="sync">'
    )
    if not page.picture or (frames.is_live(cell) and not page.live):
        page.picture = source
    if not frames.is_live(cell):
        return f'<div class="output picture">{image}</div>'
    page.live.append(cell.id)
    return (
        f'<figure class="output live" id="{html.escape(cell.id)}" data-lesson="{page.name}" '
        f'style="max-width: {width + 34}px">'
        f'<div class="controls"></div><div class="picture">{image}</div>'
        '<pre class="says" aria-live="polite"></pre>'
        "<figcaption><noscript>The picture moves where scripts may run.</noscript></figcaption>"
        "</figure>"
    )
