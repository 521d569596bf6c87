"""The kinds of questions: each instance is well-formed, has one right answer, and keeps it."""

import ast
import math
import re
from collections import Counter
from itertools import pairwise
from random import Random

import pytest
import torch
import torch.nn.functional as F

import helpers.remembering.kinds  # noqa: F401  (enters them into KINDS)
from helpers.remembering import answers
from helpers.remembering.question import ERROR, KINDS, Kind, Question, choice, number, shape
from helpers.remembering.session import judge

INSTANCES = 200
SOME = 25  # of each kind, for what takes longer


@pytest.fixture(scope="module")
def instances() -> dict[str, list[Question]]:
    return {
        name: [kind.ask(Random(f"{name} {place}")) for place in range(INSTANCES)]
        for name, kind in KINDS.items()
    }


def each(instances, so_many: int = INSTANCES) -> list[tuple[str, Question]]:
    return [(name, question) for name, those in instances.items() for question in those[:so_many]]


def what_it_gives(source: str):
    """What the last line of a few lines of Python gives, or `ERROR`."""
    tree = ast.parse(source)
    last = ast.Expression(tree.body.pop().value)
    names = {"torch": torch, "F": F, "math": math}
    exec(compile(tree, "see", "exec"), names)
    try:
        return eval(compile(last, "see", "eval"), names)
    except RuntimeError:
        return ERROR


def test_there_are_forty_kinds_and_some_on_every_lesson():
    assert len(KINDS) >= 40
    lessons = Counter(kind.lesson for kind in KINDS.values())
    assert set(lessons) == set(range(1, 12))
    assert min(lessons.values()) >= 5
    assert all(name.startswith(f"{kind.lesson} ") for name, kind in KINDS.items())


def test_each_instance_is_well_formed(instances):
    for name, question in each(instances):
        assert question.flaws() == [], name
        wrong = [answer for answer, _ in question.mistakes]
        assert len(wrong) >= 3, name
        assert not any(question.same(answer, question.right) for answer in wrong), name
        if question.sort == "number":
            gaps = [high - low for low, high in pairwise(sorted(wrong))]
            assert min(gaps) > 2 * question.within, name
        else:
            assert len(set(wrong)) == len(wrong), name


def test_each_sentence_is_whole(instances):
    for name, question in each(instances, SOME):
        for text in (question.text, question.because, *(says for _, says in question.mistakes)):
            assert text == text.strip(), name
            assert text[-1] in ".?)]`" or "    " in text, (name, text)
            assert text.count("`") % 2 == 0, (name, text)
            slips = ("  ", " .", " ,", "..", "nan", " 1 times", "{", "}")
            assert [slip for slip in slips if slip in _prose(text)] == [], (name, text)


def _prose(text: str) -> str:
    """Without code, in which there may be anything."""
    outside = "x".join(text.split("`")[::2])
    return "\n".join(line for line in outside.split("\n") if not line.startswith("    "))


def test_each_instance_has_one_right_answer_and_keeps_it(instances):
    for name, question in each(instances):
        assert not question.gives_away(), name
        if question.sort == "choice":
            assert question.choices.count(question.right) == 1, name
            assert set(question.choices) == {question.right, *(a for a, _ in question.mistakes)}
            assert not any(len(plain) < 2 and plain in "abcdefgh" for plain in question.choices)
        else:
            assert question.see, name
        assert f"within {question.within:g}" in question.asks or not question.within


def test_the_right_answer_is_right(instances):
    """Shown to be so by the few lines of Python that a learner is given, too."""
    for name, those in instances.items():
        for question in those[:SOME]:
            if not question.see:
                continue
            given = what_it_gives(question.see)
            if question.sort == "number":
                off = abs(float(given) - question.right)
                assert off <= 1e-4 * abs(question.right) + 1e-6, (name, question)
            elif question.sort == "shape":
                assert (given if given == ERROR else tuple(given)) == question.right, name
            else:
                assert str(given) in question.right, (name, question)


def test_what_is_typed_is_judged_as_it_is_meant(instances):
    for name, question in each(instances, 2 * SOME):
        right = judge(question, question.shown(question.right))
        assert right.right, (name, question)
        assert right.mistake == ""
        if question.within:  # as many decimals as are asked for are enough
            decimals = max(0, math.floor(1e-9 - math.log10(question.within)))
            assert judge(question, f"{question.right:.{decimals}f}").right, (name, question)
        for answer, says in question.mistakes[:3]:
            typed = repr(answer) if question.sort == "number" else question.shown(answer)
            if question.sort == "number" and not question.within and answer != round(answer):
                continue  # not read: a whole number is asked
            verdict = judge(question, typed)
            assert not verdict.right, (name, question, typed)
            assert verdict.mistake == says
            assert verdict.answer.strip("`") == question.shown(question.right).strip("`")


def test_the_right_answer_is_read_in_many_ways(instances):
    for name, question in each(instances, 5):
        for typed in _ways_to_type(question):
            assert judge(question, typed).right, (name, typed, question)


def _ways_to_type(question: Question) -> list[str]:
    right = question.right
    if question.sort == "number":
        plain = repr(float(right)) if question.within else repr(int(right))
        thousands = question.within and re.search(r"[1-9]\.\d{3}$", plain)  # or is it a comma?
        ways = [plain, f" {plain} ", f"({plain})", f"= {plain}", f"2 * {plain} / 2", f"`{plain}`"]
        ways += [f"{right - 1!r} + 1", f"tensor({plain})", plain.replace("-", "−"), f"{plain}."]
        return ways if thousands or "e" in plain else [*ways, plain.replace(".", ",")]
    if right == ERROR:
        return ["error", "Error", "it fails", "RuntimeError", "does not fit"]
    if question.sort == "shape":
        sizes = [str(size) for size in right]
        ways = [str(right), str(list(right)), f"torch.Size({list(right)})", f"{right}."]
        return [*ways, *(between.join(sizes) for between in (",", ", ", " ", " x ", "×", "; "))]
    letter = "abcdefgh"[question.choices.index(right)]
    ways = [letter, letter.upper(), f"({letter})", f"{letter}.", f"{letter}) {right}"]
    return [*ways, right, right.upper(), right.replace("`", ""), right.replace(" ", "")]


def test_what_cannot_be_read_says_nothing_of_the_answer(instances):
    for name, question in each(instances, 5):
        for typed in ("xyz", "x or y", "?!", "(n, z)", "[[", "h)"):
            said = unclear(question, typed).replace(typed, "").replace(question.asks, "")
            assert not re.search(r"\d", said), name
            assert not any(choice in said for choice in question.choices), name


def test_a_sentence_that_begins_with_the_answer_begins_with_this_answer(instances):
    """Where it says a number first, that is the one that was given."""
    for name, question in each(instances):
        if question.sort != "number":
            continue
        for answer, says in question.mistakes:
            head = says.split()[0].rstrip(".,:").replace(",", "")
            try:
                said = float(head)
            except ValueError:
                continue
            if says.split()[1] in ("/", "·", "to"):
                continue  # a sum, or odds
            assert math.isclose(said, answer, rel_tol=0.05, abs_tol=0.006), (name, answer, says)


def test_no_place_and_no_length_tells_the_right_choice(instances):
    places, longest, total = Counter(), 0, 0
    for _, question in each(instances):
        if question.sort == "choice":
            places[question.choices.index(question.right) / (len(question.choices) - 1)] += 1
            others = [len(x) for x in question.choices if x != question.right]
            longest += len(question.right) > max(others)
            total += 1
    assert abs(places[0] - places[1]) < 0.05 * total
    assert longest < total / 3


def test_the_numbers_are_others_each_time(instances):
    few = {"6 train, dev or test", "8 which call is missing"}  # situations, not numbers
    for name, those in instances.items():
        assert len({question.text + str(question.right) for question in those}) >= (
            9 if name in few else 12
        ), name


def test_the_same_chance_makes_the_same_question():
    for kind in KINDS.values():
        assert kind.ask(Random(5)) == kind.ask(Random(5))


class TestAQuestion:
    def test_mistakes_that_coincide_go(self):
        asked = number(
            "How many?",
            2.0,
            [(2.0, "right, too"), (3, "one"), (3.0, "the same"), (5, "two"), (math.inf, "none")],
            "So.",
            "2",
            within=0.01,
        )
        assert asked.mistakes == ((3, "one"), (5, "two"))
        assert asked.flaws() == ["2 mistakes"]

    def test_mistakes_that_could_be_taken_for_each_other_are_not_told(self):
        near = [(3, "one"), (3.015, "another"), (5, "two"), (6, "three"), (7, "four")]
        asked = number("How many?", 2.0, near, "So.", "2", within=0.01)
        assert [answer for answer, _ in asked.mistakes] == [5, 6, 7]
        assert judge(asked, "3.01").mistake == "3.01 is not it."

    def test_a_mistake_that_could_pass_for_right_is_a_flaw(self):
        wrong = [(2.015, "nearly"), (5, "two"), (6, "three"), (7, "four")]
        asked = number("How many?", 2.0, wrong, "So.", "2", within=0.01)
        assert asked.flaws() == ["a mistake could pass for right"]

    @pytest.mark.parametrize("text", ["Is it 2?", "of 2.0, or", "[1, 2]", "by 2: which?"])
    def test_a_number_in_its_text_is_given_away(self, text):
        asked = number(text, 2, [(n, "No.") for n in (3, 4, 5)], "So.", "2")
        assert asked.gives_away()

    @pytest.mark.parametrize("text", ["Is it 20?", "x2", "0.2", "(12, 21)", "two"])
    def test_another_number_is_not(self, text):
        assert not number(text, 2, [(n, "No.") for n in (3, 4, 5)], "So.", "2").gives_away()

    def test_a_shape_in_its_text_is_given_away_unless_a_wrong_one_is_there_too(self):
        def asked(text):
            mistakes = [((2,), "No."), ((3,), "No."), (ERROR, "No.")]
            return shape(text, (2, 3), mistakes, "So.", "")

        assert asked("`x` is `(2, 3)`").gives_away()
        assert not asked("`x` is `(2, 3)`, `y` is `(3,)`").gives_away()
        assert not asked("`x` is `(3, 2)`").gives_away()

    def test_too_few_choices_are_a_flaw(self):
        asked = choice(Random(1), "Which?", "one", {"two": "No.", "three": "No."}, "So.")
        assert "fewer than four choices" in asked.flaws()

    def test_a_number_that_is_not_whole_is_a_flaw_where_one_is_asked(self):
        asked = number("How many?", 2.5, [(n, "No.") for n in (3, 4, 5)], "So.", "2.5")
        assert asked.flaws() == ["the right answer is not whole"]

    def test_a_kind_that_has_none_says_so(self):
        never = Kind("1 never", 1, lambda rng: number("2?", 2, [], "So.", "2"))
        with pytest.raises(AssertionError, match="1 never"):
            never.ask(Random(1))


NUMBER = number("How much?", 0.25, [(1, "One."), (2, "Two."), (3, "Three.")], "So.", "", 0.01)
WHOLE = number("How many?", 1234, [(1, "One."), (2, "Two."), (3, "Three.")], "So.", "")
SHAPE = shape("Which?", (3, 1), [((3,), "a"), ((1, 3), "b"), (ERROR, "c")], "So.", "")
CHOICE = choice(
    Random(1), "Which?", "`x.sum(1)`", {"`x.sum(0)`": "a", "both": "b", "both together": "c"}, "So."
)


def unclear(question: Question, typed: str) -> str:
    """What is said to something that cannot be read."""
    with pytest.raises(answers.Unclear) as said:
        answers.read(question, typed)
    return str(said.value)


class TestReading:
    def test_a_number_in_many_ways(self):
        plain = [
            "0.25",
            ".25",
            "0,25",
            " 0.25 ",
            "0.250",
            "25%",
            "25 %",
            "+0.25",
            "= 0.25",
            "≈0.25",
        ]
        worked_out = [
            "1/4",
            "1 / 4",
            "0.5/2",
            "1/(4)",
            "2^-2",
            "2**-2",
            "2^(-2)",
            "0.5^2",
            "0.5*0.5",
        ]
        others = ["0.25.", "(0.25)", "2.5e-1", "0.5 · 0.5", "0.5 × 0.5", "0.2499"]
        functions = ["√0.0625", "sqrt(0.0625)", "math.sqrt(0.0625)", "1/sqrt(16)", "exp(-1.38629)"]
        functions += ["-ln(0.7788)", "-log(0.7788)", "-ln 0.7788", "e^-1.38629", "-log2(0.841)"]
        functions += ["1/√16", "log10(1.778)", "torch.exp(-1.38629)", "tensor(0.2500)"]
        sums = ["0.1 + 0.15", "1 - 3/4", "(0.2 + 0.3) / 2", "(0,2 + 0,3) / 2", "1/2/2", "0.5²"]
        sums += ["-ln(0.5)/ln(16)", "2 * (0.5 - 0.375)", "p = 1/4", "1/4 = 0.25", "`0.25`"]
        elsewhere = [
            "０．２５",
            "1÷4",
            "0,25 ",
            "00.25",
            ",25",
            "25\u202f%",
            "1\u00a0/\u00a04",
            "0.25;",
        ]
        for typed in plain + worked_out + others + functions + sums + elsewhere:
            assert answers.read(NUMBER, typed) == pytest.approx(0.25, abs=1e-3), typed
        for typed in ("-0.5", "−0.5", "–0.5", "-1/2", "1/-2", "-0,5", "- 0.5"):
            assert answers.read(NUMBER, typed) == -0.5, typed

    def test_a_whole_number_in_many_ways(self):
        written = ["1234", "1,234", "1 234", "1_234", "1234.0", "1,234.", "1’234", "01234"]
        for typed in [*written, "2 * 617", "1,000 + 234", "27*45 + 19", "5*(5*(5*10 - 1) + 2) - 1"]:
            assert answers.read(WHOLE, typed) == 1234, typed
        assert "not whole" in unclear(WHOLE, "12.5")

    def test_a_comma_is_what_it_can_be_alone(self):
        meant = {"1,234,567": 1234567, "1,5": 1.5, "0,125": 0.125, "1,234.5": 1234.5, "12,5": 12.5}
        for typed, means in meant.items():
            assert answers.read(NUMBER, typed) == means, typed
        assert "1.234 or 1234?" in unclear(NUMBER, "1,234")

    def test_what_is_no_number_is_said_kindly(self):
        no_numbers = ["", "  ", "abc", "1/0", "0,1,2", "()", "2(3", "0.5.5", "1;2", "1+", "+", "="]
        no_numbers += [
            "3 1",
            "(3, 1)",
            "1 1/2",
            "0. 5",
            "5 or 6",
            "True",
            "max(1, 2)",
            "'5'",
            "5 if 5 else 6",
        ]
        no_numbers += ["2(3)", "sqrt()", "lambda: 5", "1j", "5 < 6", "5 % 2", "5 | 2", "\0"]
        too_large = ["1e999", "9**9**9", "9^999999", "nan", "inf", "ln(0)", "ln(-1)", "(-8)^0.5"]
        for typed in [*no_numbers, *too_large, "--1", "x" * 500, "9" * 500, "__import__('os')"]:
            assert "Answer with a number, to within 0.01." in unclear(NUMBER, typed), typed

    def test_a_shape_in_many_ways(self):
        commas = [
            "(3, 1)",
            "3,1",
            "3, 1",
            "[3, 1]",
            "[3,1]",
            "(3,1,)",
            "(3; 1)",
            " (3, 1)",
            "(3, 1).",
        ]
        for typed in [*commas, "3x1", "3 x 1", "3×1", "3 1", "3 by 1", "3*1", "torch.Size([3, 1])"]:
            assert answers.read(SHAPE, typed) == (3, 1), typed
        for typed in ("3", "(3,)", "[3]", "(3)", "3,"):
            assert answers.read(SHAPE, typed) == (3,), typed
        for typed in ("()", "[]", "scalar"):
            assert answers.read(SHAPE, typed) == (), typed
        fails = ["error", "Error", "an error", "RuntimeError", "runtime error", "it fails", "fail"]
        for typed in [*fails, "clash", "they clash", "None", "does not fit", "it stops"]:
            assert answers.read(SHAPE, typed) == ERROR, typed
        for typed in ("", "three", "3.1", "-1, 3", "(n, 3)", "3/1"):
            assert "Answer with a shape" in unclear(SHAPE, typed), typed

    def test_a_choice_by_its_letter_or_its_words(self):
        for letter, chosen in zip("abcd", CHOICE.choices, strict=False):
            for typed in (
                letter,
                letter.upper(),
                f"{letter})",
                f"({letter})",
                f"{letter}.",
                f"{letter}) {chosen}",
                f"{letter}: whatever",
                chosen,
            ):
                assert answers.read(CHOICE, typed) == chosen, typed
        assert answers.read(CHOICE, "x.sum( 1 )") == "`x.sum(1)`"
        assert answers.read(CHOICE, "BOTH  TOGETHER") == "both together"
        for typed in ("", "e", "x.sum", "neither", "bo", "1", "ab", "a b", "e)", "(e)"):
            assert "Answer with a letter, a to d." in unclear(CHOICE, typed), typed

    def test_a_list_may_be_chosen_without_its_outer_brackets(self):
        lists = choice(Random(1), "?", "[1, 2]", {"[[1, 2]]": "", "[[1], [2]]": "", "[3]": ""}, ".")
        means = {
            "1, 2": "[1, 2]",
            "[1,2]": "[1, 2]",
            "[[1, 2]]": "[[1, 2]]",
            "[1],[2]": "[[1], [2]]",
        }
        for typed, meant in means.items():
            assert answers.read(lists, typed) == meant

    def test_the_words_of_a_choice_come_before_a_letter(self):
        windows = choice(Random(3), "Which?", "..c", {"abc": "", "c..": "", ".c.": ""}, "So.")
        assert answers.read(windows, "..c") == "..c"


class TestJudging:
    def test_not_knowing_is_no_mistake(self):
        verdict = judge(NUMBER, " ? ")
        assert not verdict.right
        assert verdict.mistake == ""
        assert (verdict.answer, verdict.because) == ("`0.25`", "So.")

    def test_a_wrong_answer_that_is_not_known_is_named(self):
        assert judge(NUMBER, "0.7").mistake == "0.7 is not it."

    def test_what_a_mistake_says_is_not_said_twice(self):
        asked = number("How?", 2, [(1, "No: so it is."), (3, "No."), (4, "No.")], "So it is.", "2")
        assert judge(asked, "1").because == ""
        assert judge(asked, "3").because == "So it is."

    def test_the_edge_of_what_a_number_may_be_off_by_is_right(self):
        assert judge(NUMBER, "0.26").right
        assert judge(NUMBER, "0.24").right
        assert not judge(NUMBER, "0.262").right
