"""How feedback looks: a bar in a notebook, one line elsewhere."""

import datetime
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared.contrast import contrast

from helpers.aid import record
from helpers.checks import Feedback
from helpers.checks.feedback import remember


class Page(HTMLParser):
    """What a browser makes of the feedback: its elements and its text."""

    def __init__(self, feedback: Feedback):
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(feedback._repr_html_())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


KINDS = {"right": "✓ Right.", "wrong": "✗ Not yet.", "open": "○ Not attempted yet."}


@pytest.mark.parametrize(("kind", "says"), KINDS.items())
def test_sign_and_words_tell_the_kinds_apart_without_colours(kind, says):
    feedback = Feedback(kind, "Look here.")
    assert repr(feedback) == f"{says} Look here."
    assert Page(feedback).text == f"{says} Look here."


@pytest.mark.parametrize("kind", KINDS)
@given(message=st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_a_message_is_shown_as_it_is_and_never_becomes_markup(kind, message):
    page = Page(Feedback(kind, message))
    assert [tag for tag, _ in page.elements] == ["div", "b"]
    assert page.text == f"{KINDS[kind]} {message}"


def test_what_the_learner_gave_is_escaped():
    page = Page(Feedback("wrong", "got <script>alert(1)</script>"))
    assert [tag for tag, _ in page.elements] == ["div", "b"]
    assert "<script>alert(1)</script>" in page.text


@pytest.mark.parametrize(
    ("message", "literal"), [("costs $1 and $2", True), ("a \\ b", True), ("plain & <b>", False)]
)
def test_a_dollar_sign_and_a_backslash_are_kept_from_becoming_a_formula(message, literal):
    classes = Page(Feedback("wrong", message)).elements[0][1].get("class", "")
    assert ("mathjax_ignore" in classes and "tex2jax_ignore" in classes) == literal


@pytest.mark.parametrize("kind", KINDS)
def test_text_and_title_stand_out_from_the_paper(kind):
    (_, bar), (_, title) = Page(Feedback(kind, "Look here.")).elements
    paper = re.search(r"background:(#\w{6})", bar["style"])[1]
    text = re.search(r"(?<![\w-])color:(#\w{6})", bar["style"])[1]
    ink = re.search(r"(?<![\w-])color:(#\w{6})", title["style"])[1]
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast(text, paper) >= 4.5
    assert contrast(ink, paper) >= 4.5


@pytest.mark.parametrize("kind", KINDS)
def test_a_screen_reader_is_told(kind):
    assert Page(Feedback(kind, "Look here.")).elements[0][1]["role"] == "status"


@pytest.mark.parametrize(
    ("kind", "has_most"), [("right", "green"), ("wrong", "red"), ("open", "blue")]
)
def test_the_bar_has_the_colours_of_its_kind(kind, has_most):
    """Green for a right answer, red for a wrong one, in its ink and in its paper."""
    html = Feedback(kind, "Look here.")._repr_html_()
    colours = {*re.findall(r"(?:solid |background:|<b style=\"color:)(#\w{6})", html)}
    assert len(colours) == 2
    for colour in colours:
        parts = dict(zip(("red", "green", "blue"), bytes.fromhex(colour[1:]), strict=True))
        assert max(parts, key=parts.get) == has_most


# What is remembered


@pytest.fixture
def noted(tmp_path, monkeypatch):
    """A record of its own, and what it says of exercise 1.9."""
    monkeypatch.setenv("MAKEMORE_PROGRESS", str(tmp_path / "progress.json"))
    return lambda: record.read()["exercises"].get("1.9 shares")


def test_tries_are_counted_until_it_is_solved(noted):
    today = datetime.date.today().isoformat()
    for tries in (1, 2, 3):
        feedback = Feedback("wrong", "Look here.")
        assert remember("1.9 shares", feedback) is feedback
        assert noted() == {"state": "tried", "tries": tries, "on": today}
    remember("1.9 shares", Feedback("right", "So it is."))
    solved = {"state": "solved", "tries": 4, "on": today}
    assert noted() == solved
    for kind in ("wrong", "right", "open"):
        remember("1.9 shares", Feedback(kind, "Look here."))
        assert noted() == solved, "what was solved once stays so"


def test_an_untouched_stub_is_no_try(noted):
    remember("1.9 shares", Feedback("open", "Not yet."))
    assert noted() is None


@pytest.mark.parametrize("old", ["no entry", {"state": "tried", "tries": "many"}])
def test_what_somebody_wrote_there_by_hand_is_written_anew(noted, old):
    record.change("exercises", "1.9 shares", lambda _: old)
    remember("1.9 shares", Feedback("right", "So it is."))
    assert (noted()["state"], noted()["tries"]) == ("solved", 1)
