"""Which kind of question comes next: what was missed, what is due, then what is new.

When a kind is due is worked out by FSRS (github.com/open-spaced-repetition/py-fsrs), as in Anki: it
keeps, for each kind, how stable the memory of it is, and asks again when the chance of a right
answer has fallen to nine in ten. Nothing here asks for the time or for randomness by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any

from helpers.checks import lesson_exercises

if TYPE_CHECKING:
    from fsrs import Card

Cards = Mapping[str, Any]
"""From the name of a kind to what `answered` made of it, as JSON has it."""

APART = 2
"""A kind that was missed comes again when at least so many others have been asked, if there are."""


def answered(card: Any, right: bool, now: datetime) -> dict[str, Any]:
    """The card after an answer, to be kept as JSON.

    Args:
        card: what this function gave the last time; None, or anything broken, for a new one.
        right: whether the answer was.
        now: with a time zone.

    Returns:
        "due": the day on which it is due, in the learner's own time zone, such as "2026-11-28";
        the day of the answer, if that was wrong. "missed": whether it was. "right" and "wrong": how
        often. "memory": what FSRS keeps.
    """
    from fsrs import Card, Rating, Scheduler  # see _memory

    known = card if is_card(card) else {}
    memory = _memory(known) if known else Card(card_id=0)
    # Whole days, and no chance in them: a kind that was right today is not due before tomorrow.
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    rating = Rating.Good if right else Rating.Again
    memory, _ = scheduler.review_card(memory, rating, now.astimezone(UTC))
    due = memory.due.astimezone(now.tzinfo) if right else now
    return {
        "due": due.date().isoformat(),
        "missed": not right,
        "right": _count(known, "right") + right,
        "wrong": _count(known, "wrong") + (not right),
        "memory": dict(memory.to_dict()),
    }


def is_card(card: Any) -> bool:
    """Whether this is what `answered` makes, and not what somebody has broken."""
    if not isinstance(card, dict) or not isinstance(card.get("due"), str):
        return False
    try:
        memory = _memory(card)
        datetime.fromisoformat(card["due"])
    except (KeyError, TypeError, ValueError):
        return False
    return memory.due.tzinfo is not None and memory.last_review is not None


def due(cards: Cards, kinds: Iterable[str], now: datetime) -> list[str]:
    """Of these kinds, those that were missed or are due, in the order in which to ask them."""
    today = now.date().isoformat()
    known = {name: cards[name] for name in kinds if is_card(cards.get(name))}
    missed = [name for name, card in known.items() if card.get("missed")]
    others = [name for name in known if name not in missed and known[name]["due"] <= today]
    # The one missed longest ago first; then the one that is due for longest.
    missed.sort(key=lambda name: known[name]["memory"]["last_review"])
    others.sort(key=lambda name: (known[name]["due"], known[name]["memory"]["due"]))
    return missed + others


def next_kind(
    cards: Cards,
    kinds: Sequence[str],
    now: datetime,
    rng: Random | None,
    asked: Sequence[str] = (),
) -> tuple[str, str]:
    """The kind to ask next, and why: "missed", "due", "new" or "ahead" (of time).

    Args:
        cards: what is remembered.
        kinds: those to choose from, at least one.
        now: with a time zone.
        rng: chooses among the new ones; None for the first of them.
        asked: in this session, the last one last.
    """
    waiting = due(cards, kinds, now)
    new = [name for name in kinds if not is_card(cards.get(name))]
    lately = set(asked[-APART:])
    rested = [name for name in waiting if name not in lately]
    if rested:
        return rested[0], "missed" if cards[rested[0]].get("missed") else "due"
    if fresh := [name for name in new if name not in lately] or new:
        return rng.choice(fresh) if rng else fresh[0], "new"
    if waiting:
        name = next((each for each in waiting if each not in asked[-1:]), waiting[0])
        return name, "missed" if cards[name].get("missed") else "due"
    rested = [name for name in kinds if name not in lately] or list(kinds)
    return min(rested, key=lambda name: (cards[name]["due"], cards[name]["memory"]["due"])), "ahead"


def reached(exercises: Mapping[str, Any]) -> int | None:
    """The last lesson that was gone through, and at least 1; None where no exercise was tried.

    It is the highest one of which an exercise was solved or tried, if its last one was; otherwise
    one is still in it, or has only answered the questions that open it: then it is the one before.

    Args:
        exercises: from a name such as "5.2 the gradient of the logits", or "5.a which shape".
    """
    heads = [name.partition(".")[0] for name in exercises]
    lessons = {int(head) for head in heads if head.isascii() and head.isdigit()} - {0}
    if not lessons:
        return None
    highest = max(lessons)
    ends = list(lesson_exercises(str(highest)))[-1:]
    return highest if ends and ends[0] in exercises else max(1, highest - 1)


def _memory(card: Mapping[str, Any]) -> Card:
    # Loaded here, and not with the lessons: these run on where the course was updated, and the
    # environment was not yet.
    from fsrs import Card

    return Card.from_dict(card["memory"])


def _count(card: Mapping[str, Any], name: str) -> int:
    return card[name] if isinstance(card.get(name), int) else 0
