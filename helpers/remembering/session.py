"""A round of the drill, without anything to look at: a question, an answer, what is said to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from helpers.aid import record
from helpers.remembering import answers, schedule
from helpers.remembering.question import Kind, Question

UNKNOWN = "?"
"""What one types for "I do not know"."""
_REASONS = {
    "missed": "missed the last time",
    "due": "due again",
    "new": "new",
    "ahead": "nothing is due: practice",
}


@dataclass(frozen=True)
class Verdict:
    """What is said to an answer."""

    right: bool
    mistake: str
    """What is off, where that is known; empty for a right answer."""
    answer: str
    """The right answer, as one writes it."""
    because: str
    """How one finds the right answer; empty where the mistake has said it already."""
    see: str
    """A few lines of Python that show it; empty where they would only repeat a sum."""


def judge(question: Question, typed: str) -> Verdict:
    """What to say to what was typed.

    Raises:
        answers.Unclear: it cannot be read; the question stays open.
    """
    right, mistake, because = False, "", question.because
    if typed.strip() != UNKNOWN:
        given = answers.read(question, typed)
        right = question.same(given, question.right)
        if not right:
            known = [says for wrong, says in question.mistakes if question.same(given, wrong)]
            mistake = known[0] if known else f"{question.shown(given)} is not it."
            if because.rstrip(".").casefold() in mistake.casefold():
                because = ""
    see = question.see if re.search(r"torch|F\.|for ", question.see) else ""
    shown = question.shown(question.right)
    answer = shown if question.sort == "choice" else f"`{shown}`"
    return Verdict(right, mistake, answer, because, see)


class Session:
    """One question after the other. What was answered is remembered, if anything is."""

    def __init__(
        self,
        kinds: Sequence[Kind],
        rng: Random | None = None,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        in_order: bool = False,
    ):
        """Ask questions of these kinds.

        rng: for the numbers, and for which new kind comes next.
        now: the time, with a time zone.
        in_order: the new kinds come in the order of `kinds`.
        """
        self._kinds = {kind.name: kind for kind in kinds}
        self._rng, self._now = rng or Random(), now
        self._chooses = None if in_order else self._rng
        self._own: dict[str, Any] = {}  # for where nothing is remembered
        self._asked: list[str] = []
        self.answered = self.right = 0
        self.next()

    @property
    def cards(self) -> dict[str, Any]:
        """What is remembered of all kinds."""
        return record.read()["drill"] | self._own

    def next(self) -> None:
        """Go on to the next question, whether or not this one was answered."""
        name, reason = schedule.next_kind(
            self.cards, list(self._kinds), self._now(), self._chooses, self._asked
        )
        self._asked.append(name)
        self.kind, self.reason = self._kinds[name], _REASONS[reason]
        self.question = self.kind.ask(self._rng)
        self.is_open = True

    def answer(self, typed: str) -> Verdict:
        """Judge what was typed, and remember it. Each question is answered once.

        Raises:
            answers.Unclear: it cannot be read; the question stays open, and nothing is remembered.
        """
        verdict = judge(self.question, typed)
        if self.is_open:
            self.is_open = False
            self.answered += 1
            self.right += verdict.right
            self._remember(verdict.right)
        return verdict

    def _remember(self, right: bool) -> None:
        def new(old: Any) -> dict[str, Any]:
            return schedule.answered(old, right, self._now())

        name = self.kind.name
        self._own[name] = new(self.cards.get(name))
        record.change("drill", name, new)
