"""From Markdown to HTML, as nbconvert makes it, with formulas as MathML and links in the site."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import bs4
from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer


def formula(source: str, display: bool = False) -> str:
    """LaTeX as MathML, which browsers show without a script; the source stays beside it as text.

    Raises ValueError, which names the formula, where it cannot be converted.
    """
    try:
        made = convert(source.strip(), display="block" if display else "inline")
    except Exception as error:  # the converter's own, of several kinds
        raise ValueError(f"no MathML for the formula {source!r}: {error!r}") from error
    # What the converter does not know stays as it was, with its backslash.
    shown = bs4.BeautifulSoup(made, "html.parser")
    if "\\" in shown.get_text():
        raise ValueError(f"no MathML for a part of the formula {source!r}: {shown.get_text()!r}")
    return made


def code(source: str) -> str:
    """Python in colours: a span for each token, with a class that style.css knows."""
    return highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n")


class _Renderer(IPythonRenderer):
    def __init__(self, link: Callable[[str], str]):
        super().__init__(escape=False, exclude_anchor_links=True)
        self._link = link

    def block_code(self, text: str, info: str | None = None) -> str:
        inside = code(text) if (info or "").startswith("python") else html.escape(text.rstrip("\n"))
        return f'<pre class="code"><code>{inside}</code></pre>\n'

    def block_math(self, body: str) -> str:
        return f'<span class="formula">{formula(body, display=True)}</span>'

    def inline_math(self, body: str) -> str:
        return formula(body)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return super().link(text, self._link(url), title)

    def table(self, text: str) -> str:
        # The corner above the names of rows heads nothing: to a screen reader it is a plain cell.
        text = re.sub(r"<th\b([^>]*)>\s*</th>", r"<td\1></td>", text)
        return f'<div class="table"><table>\n{text}</table></div>\n'


def markdown(source: str, link: Callable[[str], str] = lambda url: url) -> str:
    """A cell of text as HTML. `link` says where an address in it leads on the site."""
    return MarkdownWithMath(renderer=_Renderer(link)).render(source)


def words(made: str) -> str:
    """The text of a piece of HTML, in one line, to search in."""
    without = re.sub(r"<(script|style|annotation)\b.*?</\1>|<[^>]+>", " ", made, flags=re.DOTALL)
    return " ".join(html.unescape(without).split())


def slug(heading: str) -> str:
    """The anchor of a heading, as Jupyter makes it: links between lessons use those."""
    return heading.replace(" ", "-")
