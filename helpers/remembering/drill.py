"""`drill()`: one question at a time, with a field to answer in, and what is due comes first."""

from __future__ import annotations

import difflib
import re
import time
from html import escape
from importlib.util import find_spec

import ipywidgets as widgets

import helpers.remembering.kinds  # noqa: F401  (enters them into KINDS)
from helpers.aid import record
from helpers.aid.environment import ANEW
from helpers.remembering.answers import Unclear
from helpers.remembering.question import KINDS, Kind
from helpers.remembering.schedule import reached
from helpers.remembering.session import Session, Verdict

_RIGHT, _WRONG, _UNCLEAR = ("#1b6e3c", "#e6f4ea"), ("#9a3412", "#fdeee4"), ("#4a5568", "#eef1f5")
_CODE = "font-family:var(--jp-code-font-family,monospace);font-size:0.95em"
_PRE = (
    f"{_CODE};margin:6px 0 6px 1.5em;white-space:pre-wrap;background:none;color:inherit;padding:0"
)
# Jupyter's own mark of the focus is pale and thin. This one stands out on white and on black; what
# would lie around the field is cut off there, so it lies inside.
_FOCUS = (
    "<style>.drill input:focus, .drill button:focus-visible "
    "{outline: 2px solid #1976d2 !important; outline-offset: 2px}"
    ".drill input:focus {outline-offset: -2px}</style>"
)
# Both Enter keys of a hasty double press arrive; the second one is not meant for the next question.
_TOO_SOON = 0.4
# After Enter, the browser sends the text. How long one waits for it, where an old one is there.
_ON_ITS_WAY = 0.3


def drill(about: int | str | None = None, *, up_to: int | None = None) -> Drill:
    """Ask questions, one at a time: what was missed, then what is due, then what is new.

    Each has new numbers every time. Type the answer and press Enter; Enter again brings the next.

    Args:
        about: the number of a lesson, such as 5, or words, such as "batch norm": these alone are
            asked. Without it, all lessons that were gone through, as far as their exercises tell,
            and what was asked before; where no exercise was tried, or nothing is remembered, all of
            the course, in order.
        up_to: no lesson after this one. At the end of a lesson, that one.

    Raises:
        ValueError: there are no such questions.
        ModuleNotFoundError: the environment is older than the course.
    """
    if not find_spec("fsrs"):  # or one would hear of it after the first answer
        raise ModuleNotFoundError(f"drill() needs the package fsrs: {ANEW}", name="fsrs")
    known = about is not None or up_to is not None or reached(record.read()["exercises"])
    return Drill(
        Session(chosen(about, up_to), in_order=not known), f"Questions on {_named(about, up_to)}"
    )


def chosen(about: int | str | None = None, up_to: int | None = None) -> list[Kind]:
    """The kinds of question that `drill` asks, in the order of the lessons."""
    kinds = list(KINDS.values())
    if isinstance(about, str) and about.strip().isdigit():
        about = int(about)
    if isinstance(about, int):
        kinds = [kind for kind in kinds if kind.lesson == about]
    elif about is not None:
        kinds = [kind for kind in kinds if _plain(about) in _plain(kind.name)]
    elif up_to is None and (highest := reached((known := record.read())["exercises"])):
        kinds = [kind for kind in kinds if kind.lesson <= highest or kind.name in known["drill"]]
    if up_to is not None:
        kinds = [kind for kind in kinds if kind.lesson <= up_to]
    if not kinds:
        raise ValueError(f"there are no questions on {_named(about, up_to)}. {_there_are(about)}")
    return kinds


def _named(about: int | str | None, up_to: int | None) -> str:
    if about is None:
        return "the lessons so far" if up_to is None else f"lessons 1 to {up_to}"
    name = f"lesson {about}" if isinstance(about, int) else f"“{about}”"
    return name if up_to is None else f"{name}, up to lesson {up_to}"


def _there_are(about: int | str | None) -> str:
    names = {name.partition(" ")[2] for name in KINDS}
    near = difflib.get_close_matches(str(about), sorted(names), cutoff=0.4)
    if near:
        return f"There are some on {', '.join(near)}."
    lessons = sorted({kind.lesson for kind in KINDS.values()})
    return f"There are some on lessons {lessons[0]} to {lessons[-1]}."


def _plain(words: str) -> str:
    return re.sub(r"\W+", " ", words.casefold())


class Drill(widgets.VBox):
    """The question, a field for the answer, and what is said to it. Made by `drill`."""

    def __init__(self, session: Session, title: str):
        self.session, self._title = session, title
        self._entered = self._judged_at = 0.0  # when, in seconds
        self._own_change = False
        self.question = widgets.HTML()
        # The text comes when Enter is pressed, or when the field is left: in one piece, and not
        # letter by letter, when the last letters might come after the news of Enter.
        self.field = widgets.Text(
            description="Your answer",
            continuous_update=False,
            placeholder="? if you do not know",
            style={"description_width": "auto"},
            layout={"width": "24em", "max_width": "100%"},
        )
        self.field.tooltip = "Your answer"
        self.button = widgets.Button(description="Answer", button_style="primary")
        self.letters = widgets.HBox()
        self.feedback = widgets.HTML()
        self.field.on_msg(self._message)
        self.field.observe(self._typed, names="value")
        self.button.on_click(lambda _: self._go_on(self.field.value))
        super().__init__(
            [
                self.question,
                widgets.HBox(
                    [self.field, self.button, self.letters],
                    layout={"flex_flow": "row wrap", "align_items": "center"},
                ),
                self.feedback,
            ],
            layout={"max_width": "52em"},
        )
        self.add_class("drill")
        self._ask()

    def __str__(self) -> str:
        return (
            f"{self._title}, one at a time, with new numbers each time. Run this cell, and a field "
            "to answer in appears here."
        )

    __repr__ = __str__

    def _repr_mimebundle_(self, **kwargs):
        """The widget for a notebook that runs; for any other, words that are always the same."""
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": str(self)}

    # What the learner does

    def _message(self, _field, content, _buffers) -> None:
        """Enter was pressed in the field. If its text has changed, the text is on its way."""
        if content.get("event") != "submit":
            return
        if not self.session.is_open:
            self._go_on("")
            return
        self._entered = time.monotonic()
        if self.field.value:
            _later(_ON_ITS_WAY, self._nothing_came)

    def _typed(self, _change) -> None:
        """A text has come: after Enter, or because the field was left."""
        if not self._own_change and time.monotonic() - self._entered < 2:
            self._go_on(self.field.value)

    def _nothing_came(self) -> None:
        if self._entered and self.session.is_open:
            self._go_on(self.field.value)

    def _go_on(self, typed: str) -> None:
        """Answer the question; or, if it is answered, bring the next one."""
        self._entered = 0.0
        try:
            if self.session.is_open:
                self._answer(typed)
            elif time.monotonic() - self._judged_at > _TOO_SOON:
                self.session.next()
                self._ask(again=True)
        except Exception as error:  # nobody sees what is raised here
            says = [f"{type(error).__name__}: {error}", "Run the cell again to go on."]
            self.feedback.value = _bar(_WRONG, "⚠ The drill has failed.", says)
        self.field.focus()

    def _answer(self, typed: str) -> None:
        try:
            verdict = self.session.answer(typed)
        except Unclear as unclear:
            self.feedback.value = _bar(_UNCLEAR, "Not counted.", [str(unclear)])
            return
        self._judged_at = time.monotonic()
        self.feedback.value = _feedback(verdict)
        self.button.description = "Next"
        self.letters.children = ()

    # What is shown

    def _ask(self, again: bool = False) -> None:
        session = self.session
        question, tally = session.question, ""
        if session.answered:
            tally = f" · {session.right} of {session.answered} right"
        lesson, _, about = session.kind.name.partition(" ")
        head = f"Lesson {lesson} · {about} · {session.reason}{tally}"
        choices = "".join(f"<li>{_inline(each)}</li>" for each in question.choices)
        # `alert` is what screen readers say when it appears; at first it need not be.
        self.question.value = (
            f'{_FOCUS}<div{" role=alert" if again else ""} class="mathjax_ignore tex2jax_ignore" '
            'style="line-height:1.5">'
            f'<div style="opacity:0.8;margin-bottom:4px">{escape(head)}</div>'
            f"{_block(question.text)}"
            + (f'<ol type="a" style="margin:4px 0 8px">{choices}</ol>' if choices else "")
            + f'<p style="margin:6px 0">{_inline(question.asks)}</p></div>'
        )
        self.feedback.value = ""
        self.button.description = "Answer"
        buttons = []
        for letter, choice in zip("abcdefgh", question.choices, strict=False):
            button = widgets.Button(
                description=letter, tooltip=f"{letter}: {choice}", layout={"width": "3em"}
            )
            button.on_click(lambda pressed: self._go_on(pressed.description))
            buttons.append(button)
        self.letters.children = buttons
        self._own_change = True
        self.field.value = ""
        self._own_change = False


def _feedback(verdict: Verdict) -> str:
    if verdict.right:
        says, look, title = [verdict.because], _RIGHT, "✓ Right."
    else:
        says = [verdict.mistake] if verdict.mistake else []
        says += [f"The answer: {verdict.answer}. {verdict.because}".strip()]
        look, title = _WRONG, "✗ Not yet." if verdict.mistake else "○ Now you know."
    see = ["To see it:", _indented(verdict.see)] if verdict.see else []
    return _bar(look, title, [*says, *see, "Enter brings the next question."])


def _indented(code: str) -> str:
    return "\n".join(f"    {line}" for line in code.split("\n"))


def _bar(look: tuple[str, str], title: str, says: list[str]) -> str:
    ink, paper = look
    first, *more = [each for each in says if each]
    return (
        f'<div role="alert" class="mathjax_ignore tex2jax_ignore" style="border-left:6px solid '
        f"{ink};"
        f'background:{paper};color:#1a202c;padding:8px 12px;line-height:1.5">'
        f'<b style="color:{ink}">{title}</b> {_inline(first)}{"".join(map(_block, more))}</div>'
    )


def _block(text: str) -> str:
    """HTML of paragraphs; those that are indented by four spaces are code."""
    blocks = []
    for part in text.split("\n\n"):
        if part.startswith("    "):
            code = "\n".join(line.removeprefix("    ") for line in part.split("\n"))
            blocks.append(f'<pre style="{_PRE}">{escape(code)}</pre>')
        else:
            blocks.append(f'<p style="margin:6px 0">{_inline(part)}</p>')
    return "".join(blocks)


def _inline(text: str) -> str:
    """HTML of a paragraph; between backticks is code."""
    return re.sub(
        r"`([^`]+)`",
        rf'<code style="{_CODE};color:inherit;background:none">\1</code>',
        escape(text, quote=False),
    )


def _later(seconds: float, call) -> None:
    """Call it in a while, on the loop that runs here; at once, where none does."""
    import asyncio

    try:
        asyncio.get_running_loop().call_later(seconds, call)
    except RuntimeError:
        call()
