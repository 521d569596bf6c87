"""The drill: what comes next, what is remembered, and the field that takes the answers."""

import json
import sys
from datetime import datetime, timedelta, timezone
from random import Random

import pytest
from shared.lessons import notebook_paths, read_notebook

from helpers import drill
from helpers.aid import record
from helpers.checks import lesson_exercises
from helpers.remembering.drill import Drill
from helpers.remembering.question import KINDS, Kind, number
from helpers.remembering.schedule import answered, due, is_card, next_kind, reached
from helpers.remembering.session import Session

NOON = datetime(2026, 11, 26, 12, tzinfo=timezone(timedelta(hours=9)))
DAY = timedelta(days=1)


@pytest.fixture
def remembered(tmp_path, monkeypatch):
    """A record of this test's own; the file that it is in."""
    file = tmp_path / "progress.json"
    monkeypatch.setenv("MAKEMORE_PROGRESS", str(file))
    return file


def card(*rights: bool, since: datetime = NOON) -> dict:
    """The card of a kind that was answered so, once a day."""
    made = None
    for place, right in enumerate(rights):
        made = answered(made, right, since + place * DAY)
    return made


class TestACard:
    def test_a_right_answer_is_asked_again_another_day_and_later_each_time(self):
        now, made, gaps = NOON, None, []
        for _ in range(5):
            made = answered(made, True, now)
            then = datetime.fromisoformat(made["due"]).replace(tzinfo=now.tzinfo, hour=12)
            gaps.append((then - now).days)
            now = then
        assert gaps[0] >= 1
        assert gaps == sorted(gaps)
        assert gaps[-1] > 20

    def test_a_wrong_one_is_due_at_once_and_sooner_than_before(self):
        missed = card(True, True, True, False)
        assert missed["missed"]
        assert missed["due"] == (NOON + 3 * DAY).date().isoformat()
        known, again = card(True, True, True, True), card(True, True, True, False, True)
        assert not again["missed"]
        assert again["due"] < known["due"]

    def test_it_counts(self):
        assert (card(True, False, True)["right"], card(True, False, True)["wrong"]) == (2, 1)

    def test_it_is_what_json_has_and_says_the_day_that_the_learner_has(self):
        late = NOON.replace(hour=1)  # the day before, in Greenwich
        assert answered(None, False, late)["due"] == "2026-11-26"
        assert json.loads(json.dumps(card(True))) == card(True)
        assert answered(json.loads(json.dumps(card(True))), True, NOON + DAY) == card(True, True)

    def test_a_broken_one_begins_anew(self):
        good = card(True)
        broken = [None, 7, "x", [], {}, {"due": 3}, good | {"memory": {}}, good | {"due": "soon"}]
        broken += [good | {"memory": good["memory"] | {"due": "2026-01-01T00:00:00"}}]
        broken += [good | {"memory": good["memory"] | {"state": 9}}]
        for each in broken:
            assert not is_card(each)
            assert answered(each, True, NOON) == good
        assert answered(good | {"right": "many"}, True, NOON + DAY)["right"] == 1


class TestWhatComesNext:
    kinds = ("1 a", "1 b", "2 c", "2 d")

    def next(self, cards, asked=(), now=NOON):
        return next_kind(cards, self.kinds, now, Random(1), asked)

    def test_what_was_missed_then_what_is_due_then_what_is_new(self):
        long_ago = NOON - 100 * DAY
        cards = {"1 a": card(True, since=long_ago), "1 b": card(False), "2 c": card(True)}
        assert self.next(cards) == ("1 b", "missed")
        cards["1 b"] = card(True)
        assert self.next(cards) == ("1 a", "due")
        cards["1 a"] = card(True)
        assert self.next(cards) == ("2 d", "new")
        cards["2 d"] = card(True)
        assert self.next(cards)[1] == "ahead"

    def test_the_longest_missed_and_the_longest_due_come_first(self):
        cards = {"1 a": card(False), "1 b": card(False, since=NOON - DAY)}
        cards |= {
            "2 c": card(True, since=NOON - 50 * DAY),
            "2 d": card(True, since=NOON - 60 * DAY),
        }
        assert due(cards, self.kinds, NOON) == ["1 b", "1 a", "2 d", "2 c"]

    def test_what_was_missed_now_waits_until_others_have_been_asked(self):
        cards = {"1 a": card(False)}
        assert self.next(cards, asked=["1 a"])[1] == "new"
        cards["1 b"] = card(True)
        assert self.next(cards, asked=["1 a", "1 b"])[1] == "new"
        cards["2 c"] = card(True)
        assert self.next(cards, asked=["1 a", "1 b", "2 c"]) == ("1 a", "missed")

    def test_with_one_kind_alone_it_comes_again_and_again(self):
        for cards in ({}, {"1 a": card(True)}, {"1 a": card(False)}):
            assert next_kind(cards, ["1 a"], NOON, Random(1), ["1 a", "1 a"])[0] == "1 a"
        both = {"1 a": card(False), "1 b": card(False)}
        assert next_kind(both, ["1 a", "1 b"], NOON, Random(1), ["1 b", "1 a"])[0] == "1 b"

    def test_other_kinds_of_the_record_and_broken_entries_do_no_harm(self):
        cards = {"gone": card(False), "1 a": "broken", "1 b": card(True), "2 c": 5, "2 d": None}
        assert self.next(cards)[1] == "new"
        assert due(cards, self.kinds, NOON + 90 * DAY) == ["1 b"]

    def test_new_ones_come_in_order_or_mixed(self):
        assert next_kind({}, self.kinds, NOON, None) == ("1 a", "new")
        assert next_kind({"1 a": card(True)}, self.kinds, NOON, None) == ("1 b", "new")
        mixed = {next_kind({}, self.kinds, NOON, Random(seed))[0] for seed in range(20)}
        assert mixed == set(self.kinds)

    def test_a_lesson_was_gone_through_if_its_last_exercise_was_tried_or_one_of_the_next(self):
        assert reached({}) is None
        assert reached({"0.1 a prediction": {}}) is None
        assert reached({"1.1 bigrams of a name": {}}) == 1, "the first one is never too early"
        for lesson in range(2, 12):
            opening, *others, last = lesson_exercises(str(lesson))
            assert reached({opening: {}}) == lesson - 1
            assert reached({name: {} for name in others}) == lesson - 1
            assert reached({last: {}}) == lesson
        assert reached({"0.1 a": {}, "3.2 the loss": {}, "10.a which": {}, "odd": {}}) == 9
        assert reached({"77.1 of a later version": {}}) == 76


def one_kind(name: str, right: float = 5.0) -> Kind:
    wrong = [(1, "One is too few."), (2, "Two, too."), (3, "Three, too.")]
    return Kind(name, int(name[0]), lambda rng: number("How many?", right, wrong, "Five.", "5"))


class TestASession:
    def test_a_week(self, remembered):
        """What was missed comes until it is right; then each comes when it is due."""
        now, kinds = [NOON], [one_kind(name) for name in ("1 a", "1 b", "1 c")]
        session = Session(kinds, Random(1), lambda: now[0])
        asked = []
        for typed in ("1", "5", "5", "5"):
            asked.append(session.kind.name)
            session.answer(typed)
            session.next()
        assert sorted(asked[:3]) == ["1 a", "1 b", "1 c"]
        assert asked[3] == asked[0], "the one that was missed"
        assert (session.answered, session.right) == (4, 3)
        assert session.reason == "nothing is due: practice"
        now[0] += 7 * DAY
        again = Session(kinds, Random(1), lambda: now[0])  # another kernel
        assert again.reason == "due again"
        assert len(due(again.cards, ["1 a", "1 b", "1 c"], now[0])) == 3
        kept = json.loads(remembered.read_text())["drill"]
        assert kept[asked[0]]["wrong"] == 1
        assert {each["right"] for each in kept.values()} == {1}

    def test_a_question_is_answered_once_and_what_cannot_be_read_is_no_answer(self, remembered):
        session = Session([one_kind("1 a")], Random(1), lambda: NOON)
        with pytest.raises(ValueError, match="no number"):
            session.answer("five")
        assert session.is_open
        assert not remembered.exists()
        session.answer("1")
        session.answer("5")
        assert (session.answered, session.right) == (1, 0)
        assert record.read()["drill"]["1 a"]["missed"]

    def test_where_nothing_is_remembered_it_goes_on_all_the_same(self):
        session = Session([one_kind("1 a"), one_kind("1 b")], Random(1), lambda: NOON)
        seen = []
        for _ in range(4):
            seen.append((session.kind.name, session.reason))
            session.answer("5")
            session.next()
        assert {name for name, reason in seen if reason == "new"} == {"1 a", "1 b"}
        assert record.read()["drill"] == {}


class Front:
    """What a browser does: it says that Enter was pressed, then sends the text, if it is new."""

    def __init__(self, *kinds: Kind):
        self.drill = drill(5)
        self.drill.session = Session(kinds, Random(1), lambda: NOON)
        self.drill._ask()

    def enter(self, typed: str | None = None) -> None:
        waiting = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                sys.modules[Drill.__module__], "_later", lambda _, call: waiting.append(call)
            )
            sent = self.drill.field.value
            self.drill.field._handle_custom_msg({"event": "submit"}, [])
            if typed not in (None, sent):
                self.leave(typed)
        for call in waiting:  # later
            call()

    def leave(self, typed: str) -> None:
        """Text comes without Enter when the field is left."""
        self.drill.field.value = typed

    def wait(self) -> None:
        self.drill._judged_at -= 1

    @property
    def said(self) -> str:
        return self.drill.feedback.value


class TestTheField:
    @pytest.fixture
    def front(self):
        return Front(one_kind("1 a"), one_kind("1 b"))

    def test_enter_answers_and_enter_again_brings_the_next(self, front):
        front.enter("5")
        assert "✓ Right." in front.said
        assert front.drill.button.description == "Next"
        front.wait()
        front.enter()
        assert front.said == ""
        assert front.drill.field.value == ""
        assert "1 of 1 right" in front.drill.question.value
        front.enter("2")
        assert "✗ Not yet." in front.said
        assert "Two, too." in front.said
        assert "1 of 1 right" in front.drill.question.value

    def test_the_second_enter_of_a_double_press_is_not_meant_for_the_next_question(self, front):
        front.enter("5")
        front.enter()
        assert "✓ Right." in front.said

    def test_leaving_the_field_is_no_answer(self, front):
        front.leave("4")
        assert front.said == ""
        assert front.drill.session.is_open
        front.drill.button.click()
        assert "4 is not it." in front.said

    def test_an_old_text_is_answered_when_no_other_comes(self, front):
        front.leave("5")
        front.enter()
        assert "✓ Right." in front.said

    def test_an_empty_field_is_no_answer(self, front):
        front.enter()
        assert front.drill.session.is_open
        front.drill.button.click()
        assert "Type an answer first." in front.said
        assert front.drill.session.is_open

    def test_what_cannot_be_read_stays_to_be_mended(self, front):
        front.enter("5 or 6")
        assert "Not counted." in front.said
        assert front.drill.field.value == "5 or 6"
        front.enter("5")
        assert "✓ Right." in front.said

    def test_who_does_not_know_is_told(self, front):
        front.enter("?")
        assert "Now you know." in front.said
        assert "Five." in front.said
        assert "Not yet" not in front.said

    def test_what_was_typed_is_shown_as_it_is(self, front):
        front.enter("<b>5</b> & more")
        assert "&lt;b&gt;5&lt;/b&gt; &amp; more" in front.said

    def test_what_fails_is_said(self, front, monkeypatch):
        monkeypatch.setattr(front.drill.session, "answer", lambda typed: 1 / 0)
        front.enter("5")
        assert "ZeroDivisionError: division by zero" in front.said

    def test_choices_have_letters_to_press(self):
        front = Front(KINDS["2 which line makes shares"])
        question = front.drill.session.question
        letters = [button.description for button in front.drill.letters.children]
        assert letters == ["a", "b", "c", "d"]
        assert [b.tooltip for b in front.drill.letters.children] == [
            f"{letter}: {each}" for letter, each in zip(letters, question.choices, strict=True)
        ]
        front.drill.letters.children[question.choices.index(question.right)].click()
        assert "✓ Right." in front.said
        assert front.drill.letters.children == ()

    def test_all_kinds_can_be_shown(self):
        for kind in KINDS.values():
            front = Front(kind)
            front.enter("?")
            for html in (front.drill.question.value, front.said):
                assert "`" not in html, kind.name
                assert html.count("<pre") == html.count("</pre>")
            assert "<pre" in front.drill.question.value or "    " not in kind.ask(Random(1)).text

    def test_a_screen_reader_hears_what_comes(self, front):
        assert "role=alert" not in front.drill.question.value, "nothing has happened yet"
        assert front.drill.field.description == "Your answer"
        front.enter("5")
        assert 'role="alert"' in front.said
        front.wait()
        front.enter()
        assert "role=alert" in front.drill.question.value


class TestChoosing:
    def lessons(self, *given, **named):
        return {kind.lesson for kind in drill(*given, **named).session._kinds.values()}

    def test_a_lesson_words_or_up_to(self):
        assert self.lessons(5) == self.lessons("5") == {5}
        assert self.lessons(up_to=3) == {1, 2, 3}
        assert self.lessons("batch norm") >= {8, 11}
        assert self.lessons("batch norm", up_to=8) == {8}
        assert self.lessons("Adam's first-step") == {10}

    def test_without_a_choice_the_lessons_that_were_reached(self, remembered):
        assert self.lessons() == set(range(1, 12))
        assert drill().session.kind.lesson == 1, "in order, as nobody knows how far"
        record.note("exercises", "3.a along which dimension", {"state": "tried"})
        assert self.lessons() == {1, 2}
        assert self.lessons(up_to=3) == {1, 2, 3}
        assert self.lessons(up_to=1) == {1}

    def test_what_was_asked_before_is_asked_again(self, remembered):
        """As progress() counts it among what is due."""
        record.note("exercises", "3.a along which dimension", {"state": "tried"})
        drill("Adam's first step").session.answer("?")
        assert self.lessons() == {1, 2, 10}
        assert drill().session.kind.name == "10 Adam's first step"
        assert self.lessons(up_to=3) == {1, 2, 3}, "but not at the end of a lesson before"

    @pytest.mark.parametrize("lesson", [3, 6, 8, 11])
    def test_at_the_end_of_a_lesson_nothing_is_asked_of_later_ones(self, lesson, remembered):
        """Whatever was tried or asked before, and by an untouched learner, too."""
        last = read_notebook(notebook_paths()[lesson]).cells[-2].source
        assert last == f"from helpers import drill\n\ndrill(up_to={lesson})"
        for tried in ({}, {"11.6 one level at all places": {"state": "solved"}}):
            for name, entry in tried.items():
                record.note("exercises", name, entry)
            session = drill(up_to=lesson).session
            for _ in range(150):
                assert session.kind.lesson <= lesson
                session.answer("?")
                session.next()

    def test_what_is_not_there_is_said(self):
        with pytest.raises(
            ValueError, match=r"no questions on lesson 12\. There are some on lessons 1 to 11"
        ):
            drill(12)
        with pytest.raises(
            ValueError, match=r"no questions on “keepdims”\. There are some on keepdim"
        ):
            drill("keepdims")

    def test_an_environment_that_is_older_than_the_course_is_named(self, monkeypatch):
        monkeypatch.setattr(sys.modules[Drill.__module__], "find_spec", lambda name: None)
        with pytest.raises(ModuleNotFoundError, match="set the course up anew"):
            drill()

    def test_the_saved_words_are_the_same_whatever_is_asked(self, remembered):
        before = drill(up_to=3)
        record.note("exercises", "2.1 shapes that meet", {"state": "tried"})
        before.session.answer("?")
        after = drill(up_to=3)
        for shown in (before, after):
            bundle = shown._repr_mimebundle_()
            assert bundle["text/plain"] == str(shown) == repr(shown)
            assert "application/vnd.jupyter.widget-view+json" in bundle
        assert str(before) == str(after)
        assert "lessons 1 to 3" in str(after)
        assert "the lessons so far" in str(drill())
