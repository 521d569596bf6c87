"""What a check says, and how it looks."""

from dataclasses import dataclass
from html import escape

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
