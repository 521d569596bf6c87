"""The front page: what the README says to everybody, a picture that moves, the map of lessons."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import bs4
import PIL.Image

from . import pages, text
from .pages import Page

SHOWN = "06"
"""The lesson whose first live picture stands on the front page: a network that expects letters."""
_CARD = 640  # pixels across, for screens with two to the point

_HERE = """\
The pictures of the lessons move on these pages, too; where one has fewer stops than in \
JupyterLab, it says so. The exercises are here with their hints and solutions. They answer back in \
JupyterLab.
"""


@dataclass
class Lesson:
    """A lesson on the map: a row of the README's table, and one of its pictures."""

    number: str
    title: str
    address: str
    question: str
    minutes: int
    picture: str
    width: int
    height: int


@dataclass
class Front:
    """What the front page shows, from top to bottom."""

    title: str
    pitch: str
    """HTML: what the course is."""
    shown: Page
    """The lesson that the picture is from."""
    figure: str
    moves: str
    """The id of the picture's cell, or "" where it has no frames."""
    lessons: list[Lesson]
    review: str
    rest: str
    """HTML: what is different in JupyterLab, and how to get there."""

    @property
    def hours(self) -> int:
        """How long all lessons take together."""
        return round(sum(lesson.minutes for lesson in self.lessons) / 60)


def front(root: Path, site: Path, made: list[Page]) -> Front:
    """The front page of the course in `root`, with links that lead somewhere on the site."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    beginning, *parts = re.split(r"^(?=## )", readme, flags=re.MULTILINE)
    by_heading = {part.partition("\n")[0].removeprefix("## ").strip(): part for part in parts}
    title, *paragraphs = beginning.strip().split("\n\n")
    pictures = [each for each in paragraphs if each.startswith("![")]
    of_the_site = [each for each in paragraphs if each.startswith("**Look without installing**")]
    pitch = [each for each in paragraphs if each not in pictures + of_the_site]
    lessons = by_heading["The lessons"].split("\n\n")
    by_name = {page.name: page for page in made}
    rest = [
        "## In JupyterLab",
        _HERE,
        *pictures,
        by_heading["Start"],
        by_heading["Credit and licence"],
    ]
    shown = next(page for page in made if page.name.startswith(SHOWN))
    figure = next(block for block in shown.blocks if "<figure" in block)
    return Front(
        title=title.removeprefix("# "),
        pitch=text.markdown("\n\n".join(pitch), _from_the_readme),
        shown=shown,
        figure=str(bs4.BeautifulSoup(figure, "html.parser").figure),
        moves=shown.live[0] if shown.live else "",
        lessons=[_lesson(row, by_name, site) for row in _rows(lessons)],
        review="".join(
            text.markdown(each, _from_the_readme) for each in lessons if "notebooks/review" in each
        ),
        rest=_rest(root, site, "\n\n".join(rest)),
    )


def _rows(parts: list[str]) -> list[bs4.Tag]:
    """The rows of the README's table of lessons."""
    table = next(part for part in parts if part.startswith("|"))
    soup = bs4.BeautifulSoup(text.markdown(table, _from_the_readme), "html.parser")
    return soup.select("tbody tr")


def _lesson(row: bs4.Tag, by_name: dict[str, Page], site: Path) -> Lesson:
    number, named, question, minutes = row.find_all("td")
    page = by_name[named.a["href"].removesuffix(".html")]
    file, width, height = _card(page, site)
    return Lesson(
        number.get_text(),
        named.get_text(),
        named.a["href"],
        question.get_text(),
        int(minutes.get_text()),
        file,
        width,
        height,
    )


def _card(page: Page, site: Path) -> tuple[str, int, int]:
    """A small copy of the picture that stands for a lesson, and its size."""
    image = PIL.Image.open(site / page.picture).convert("RGB")
    image.thumbnail((_CARD, _CARD), PIL.Image.Resampling.LANCZOS)
    file = site / "pictures" / page.name / "card.webp"
    image.save(file, "webp", quality=80)
    return file.relative_to(site).as_posix(), *image.size


def _rest(root: Path, site: Path, markdown: str) -> str:
    soup = bs4.BeautifulSoup(text.markdown(markdown, _from_the_readme), "html.parser")
    for heading in soup.find_all(re.compile("^h[1-6]$")):
        heading["id"] = text.slug(heading.get_text())
    for link in soup.find_all("a"):
        if not link["href"]:
            link.unwrap()  # it leads to a file of the repository
    for image in soup.find_all("img"):
        file = root / image["src"]
        shutil.copy(file, site / "pictures")
        image["src"] = f"pictures/{file.name}"
        image["width"], image["height"] = pages.size_of(file.read_bytes())
        image["class"], image["loading"] = "screenshot", "lazy"
    return str(soup)


def _from_the_readme(url: str) -> str:
    if url == "LICENSE":
        return "LICENSE.txt"
    if url.startswith("notebooks/"):
        return pages.on_the_site(url.removeprefix("notebooks/"))
    return url if url.startswith(("http", "#")) else ""
