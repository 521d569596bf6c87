"""A question of the drill, with what is said to its answers; and kinds of questions.

A kind is a function from a source of random numbers to a question, so that each time the numbers
are others. The kinds themselves are in `helpers/remembering/kinds/`, a file for each few lessons.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

Shape = tuple[int, ...]
ERROR = "error"
"""The answer to a question for a shape, where there is none."""
_TRIES = 500


@dataclass(frozen=True)
class Question:
    """What is asked, what is right, and what each usual mistake is told.

    Made by `number`, `shape` and `choice`. Backticks in a text stand around code, and a paragraph
    that is indented by four spaces is code.
    """

    sort: str
    """"number", "shape" or "choice": how an answer is read and compared."""
    text: str
    right: Any
    """A number, a tuple of sizes or `ERROR`, or one of `choices`."""
    mistakes: tuple[tuple[Any, str], ...]
    """Wrong answers, each with a sentence that is true of this answer, however it was found."""
    because: str
    """Shown after any answer: how one finds the right one."""
    see: str = ""
    """Python that gives the right answer, with `torch`, `F` and `math` imported."""
    within: float = 0.0
    """How far a number may be off."""
    choices: tuple[str, ...] = ()

    @property
    def asks(self) -> str:
        """How to answer, in one sentence."""
        if self.sort == "choice":
            return f"Answer with a letter, a to {'abcdefgh'[len(self.choices) - 1]}."
        if self.sort == "shape":
            fails = f", or {ERROR} where it fails" if self._may_fail() else ""
            return f"Answer with a shape, its sizes with commas between them{fails}."
        if self.within:
            return f"Answer with a number, to within {self.within:g}."
        return "Answer with a whole number."

    def same(self, one: Any, other: Any) -> bool:
        """Whether two answers count as the same one."""
        if self.sort == "number":
            return math.isclose(one, other, rel_tol=1e-9, abs_tol=self.within * 1.000001)
        return one == other

    def shown(self, answer: Any) -> str:
        """An answer as one writes it."""
        if self.sort == "choice" or answer == ERROR:
            return answer
        if self.sort == "shape":
            return str(answer)
        if float(answer).is_integer() and abs(answer) < 1e15:
            return f"{answer:,.0f}"
        if not self.within:
            return f"{answer:g}"
        decimals = max(0, 1 - math.floor(math.log10(self.within)))
        return f"{answer:.{decimals}f}".rstrip("0").rstrip(".")

    def tidy(self) -> Question:
        """Without the mistakes that are none here, that an earlier one has said, or that could be
        taken for each other: what is said of the one would not be true of the other."""
        different: list[tuple[Any, str]] = []
        for answer, says in self.mistakes:
            if self.sort == "number" and not math.isfinite(answer):
                continue
            if not any(self._equal(answer, each) for each in [self.right, *dict(different)]):
                different.append((answer, says))
        kept = [
            (answer, says)
            for answer, says in different
            if not any(self._near(answer, each) for each, _ in different if each is not answer)
        ]
        return replace(self, mistakes=tuple(kept))

    def _equal(self, one: Any, other: Any) -> bool:
        return abs(one - other) <= 1e-9 if self.sort == "number" else one == other

    def _near(self, one: Any, other: Any) -> bool:
        """Whether the one, as far off as it may be, could be the other."""
        return self.sort == "number" and abs(one - other) <= 2 * self.within * 1.000001

    def flaws(self) -> list[str]:
        """What keeps this instance from being asked; usually nothing."""
        found = []
        if len(self.mistakes) < 3:
            found.append(f"{len(self.mistakes)} mistakes")
        if any(self._near(answer, self.right) for answer, _ in self.mistakes):
            found.append("a mistake could pass for right")
        if self.sort == "number" and not math.isfinite(self.right):
            found.append("the right answer is not finite")
        if self.sort == "number" and not self.within and self.right != round(self.right):
            found.append("the right answer is not whole")
        if self.sort == "choice" and len(set(map(str.casefold, self.choices))) < 4:
            found.append("fewer than four choices")
        if self.gives_away():
            found.append("the text says the answer")
        return found

    def gives_away(self) -> bool:
        """Whether the text holds the right answer, and no wrong one that is as likely."""
        wrong = [answer for answer, _ in self.mistakes]
        if self.sort == "number":
            return any(self.same(each, self.right) for each in _numbers_in(self.text))
        if self.sort == "shape":
            named = _shapes_in(self.text)
            return self.right in named and not named & set(wrong)
        return self.right in self.text and not any(each in self.text for each in wrong)

    def _may_fail(self) -> bool:
        return ERROR in (self.right, *(answer for answer, _ in self.mistakes))


def number(
    text: str,
    right: float,
    mistakes: list[tuple[float, str]],
    because: str,
    see: str,
    within: float = 0.0,
) -> Question:
    """A question for a number, whole unless it may be off by `within`."""
    return Question("number", text, right, tuple(mistakes), because, see, within).tidy()


def shape(
    text: str,
    right: Shape | str,
    mistakes: list[tuple[Shape | str, str]],
    because: str,
    see: str,
) -> Question:
    """A question for a shape."""
    return Question("shape", text, right, tuple(mistakes), because, see).tidy()


def choice(
    rng: Random, text: str, right: str, mistakes: Mapping[str, str], because: str, see: str = ""
) -> Question:
    """A question with a few answers to choose from, in mixed order."""
    wrong = tuple((answer, says) for answer, says in mistakes.items() if answer != right)
    choices = [right, *(answer for answer, _ in wrong)]
    rng.shuffle(choices)
    return Question("choice", text, right, wrong, because, see, choices=tuple(choices)).tidy()


@dataclass(frozen=True)
class Kind:
    """One kind of question: the lesson that it belongs to, and a function that makes one."""

    name: str
    """The number of the lesson and what it is about, such as "2 keepdim": the key in the record."""
    lesson: int
    make: Callable[[Random], Question]

    def ask(self, rng: Random) -> Question:
        """A question with new numbers and without flaws.

        Raises:
            AssertionError: there is none among hundreds; a test says so before a learner sees it.
        """
        for _ in range(_TRIES):
            question = self.make(rng)
            if not question.flaws():
                return question
        raise AssertionError(f"{self.name}: {question.flaws()} in {question}")


KINDS: dict[str, Kind] = {}


def kind(lesson: int, about: str) -> Callable[[Callable[[Random], Question]], Kind]:
    """Enter the function below into `KINDS`, as one kind of question of this lesson."""

    def enter(make: Callable[[Random], Question]) -> Kind:
        name = f"{lesson} {about}"
        assert name not in KINDS, f"{name} is there twice"
        KINDS[name] = Kind(name, lesson, make)
        return KINDS[name]

    return enter


def _numbers_in(text: str) -> list[float]:
    found = re.findall(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?", text)
    return [float(each.replace(",", "")) for each in found]


def _shapes_in(text: str) -> set[Shape]:
    found = re.findall(r"[(\[]\s*(\d+(?:\s*,\s*\d+)*)\s*,?\s*[)\]]", text)
    return {tuple(int(size) for size in each.split(",")) for each in found}
