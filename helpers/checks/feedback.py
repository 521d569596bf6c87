"""What a check says, how it looks, and that it is remembered."""

import datetime
from dataclasses import dataclass
from html import escape
from typing import Any

from helpers.aid import record
from helpers.aid.console import printable

# Sign, title, ink and paper of each kind of feedback: the sign and the title tell them apart
# without the colours.
_LOOKS = {
    "right": ("✓", "Right.", "#1b6e3c", "#e6f4ea"),
    "wrong": ("✗", "Not yet.", "#9a3412", "#fdeee4"),
    "open": ("○", "Not attempted yet.", "#4a5568", "#eef1f5"),
}


@dataclass(frozen=True)
class Feedback:
    """What a check says. Shown as a bar in a notebook, as one line elsewhere."""

    kind: str
    """"right", "wrong" or "open" (not attempted yet)."""
    message: str

    def __repr__(self) -> str:
        sign, title, _, _ = _LOOKS[self.kind]
        return printable(f"{sign} {title} {self.message}")

    def _repr_html_(self) -> str:
        sign, title, ink, paper = _LOOKS[self.kind]
        # JupyterLab makes a formula of what follows a $ or a \, unless told not to.
        literal = 'class="mathjax_ignore tex2jax_ignore" ' if set("$\\") & set(self.message) else ""
        return (
            f'<div {literal}role="status" style="border-left:6px solid {ink};background:{paper};'
            f'color:#1a202c;padding:8px 12px;white-space:pre-wrap">'
            f'<b style="color:{ink}">{sign} {title}</b> {escape(self.message)}</div>'
        )


def remember(name: str, feedback: Feedback) -> Feedback:
    """Note in the learner's record that an exercise is solved, or was tried; the same feedback.

    An untouched stub notes nothing, and what was solved once stays so.
    """
    if feedback.kind != "open":
        today = datetime.date.today().isoformat()

        def noted(old: Any) -> dict:
            old = old if isinstance(old, dict) else {}
            if old.get("state") == "solved":
                return old
            tries = old.get("tries")
            state = "solved" if feedback.kind == "right" else "tried"
            return {
                "state": state,
                "tries": tries + 1 if isinstance(tries, int) else 1,
                "on": today,
            }

        record.change("exercises", name, noted)
    return feedback
