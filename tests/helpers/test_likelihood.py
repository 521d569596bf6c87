"""Likelihood: the helpers, what lesson 3 builds by hand and computes, and its live picture."""

import io
import math
import time

import numpy as np
import PIL.Image
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets import FloatSlider
from matplotlib.backends.backend_agg import FigureCanvasAgg
from shared.lessons import NOTEBOOKS, exercises, read_notebook, run_cell, run_lesson

import helpers
from helpers import count_bigrams, live
from helpers.likelihood import mean_nll, smooth
from helpers.pictures.smoothing import draw_smoothing

NAME = "03_likelihood"

# Tables of counts with at least one count in each row, which k = 0 needs.
TABLES = (
    st.tuples(st.integers(1, 5), st.integers(2, 5))
    .flatmap(
        lambda shape: st.lists(
            st.lists(st.integers(0, 1000), min_size=shape[1], max_size=shape[1]).filter(any),
            min_size=shape[0],
            max_size=shape[0],
        )
    )
    .map(torch.tensor)
)
KS = st.one_of(st.just(0), st.integers(0, 10**6), st.floats(1e-6, 1e6))


@pytest.fixture(scope="module")
def lesson():
    return run_lesson(NAME)


@pytest.fixture(scope="module")
def outputs():
    """What the cells of the notebook print, by the id of the cell."""
    return {
        cell.id: "".join(
            output.get("text", "") + output.get("data", {}).get("text/plain", "")
            for output in cell.outputs
        )
        for cell in read_notebook(NOTEBOOKS / f"{NAME}.ipynb").cells
        if cell.cell_type == "code"
    }


@pytest.fixture(scope="module")
def solutions(lesson):
    """What the folded solutions define."""
    namespace = dict(lesson)
    for exercise in exercises(read_notebook(NOTEBOOKS / f"{NAME}.ipynb")):
        run_cell(exercise.solution, namespace)
    return namespace


class TestSmooth:
    @given(TABLES, KS)
    def test_rows_sum_to_1_and_k_is_added_to_every_count(self, counts, k):
        table = smooth(counts, k)
        assert torch.allclose(table.sum(1), torch.ones(len(counts)))
        for row, smoothed in zip(counts.tolist(), table.tolist(), strict=True):
            total = sum(row) + k * len(row)
            assert smoothed == pytest.approx([(count + k) / total for count in row], rel=1e-5)

    @given(TABLES)
    def test_much_of_it_makes_every_row_uniform(self, counts):
        assert torch.allclose(smooth(counts, 1e9), torch.tensor(1 / counts.shape[1]), atol=1e-5)

    def test_a_row_without_counts_comes_out_uniform_and_at_0_is_refused(self):
        counts = torch.tensor([[1, 2], [0, 0]])
        assert smooth(counts, 0.5)[1].tolist() == [0.5, 0.5]
        with pytest.raises(ValueError, match="row 1 has no counts"):
            smooth(counts, 0)

    def test_the_counts_stay_as_they_are_and_floats_keep_their_dtype(self):
        counts = torch.tensor([[1.0, 3.0]], dtype=torch.float64)
        assert smooth(counts, 1).dtype == torch.float64
        assert counts.tolist() == [[1, 3]]
        assert smooth(counts.long(), 1).dtype == torch.float32

    @pytest.mark.parametrize("k", [-1, -1e-9, math.nan, math.inf])
    def test_a_k_that_cannot_be_is_refused(self, k):
        with pytest.raises(ValueError, match=r"k is .* finite number of 0 or more"):
            smooth(torch.ones(2, 2), k)

    def test_a_k_beyond_the_floats_is_refused(self):
        with pytest.raises(ValueError, match=r"do not fit into torch\.float32"):
            smooth(torch.ones(2, 2).long(), 1e300)

    @pytest.mark.parametrize(
        "counts",
        [[[1.0, -1.0]], [[1.0, math.nan]], [[1.0, math.inf]], [1.0, 2.0], [[]], [[[1.0]]]],
    )
    def test_counts_that_cannot_be_are_refused(self, counts):
        with pytest.raises(ValueError, match="counts"):
            smooth(torch.tensor(counts), 1)


class TestMeanNLL:
    @given(TABLES, KS)
    def test_it_is_the_mean_over_everything_that_was_counted(self, counts, k):
        table = smooth(counts, k)
        cells = zip(table.flatten().tolist(), counts.flatten().tolist(), strict=True)
        costs = [-math.log(p) for p, count in cells for _ in range(count)]
        loss = mean_nll(table, counts)
        assert loss.shape == ()
        assert loss.dtype == torch.float64
        assert loss.item() == pytest.approx(sum(costs) / len(costs), rel=1e-9, abs=1e-12)

    @given(TABLES, st.integers(0, 2**31))
    def test_no_table_has_less_than_the_counts_own(self, counts, seed):
        generator = torch.Generator().manual_seed(seed)
        other = torch.randn(counts.shape, generator=generator).double().softmax(1)
        assert mean_nll(other, counts) >= mean_nll(smooth(counts.double(), 0), counts) - 1e-12

    def test_a_cell_that_was_never_counted_adds_nothing(self):
        table = torch.tensor([[0.5, 0.5, 0.0]])
        assert mean_nll(table, torch.tensor([[1, 1, 0]])).item() == pytest.approx(math.log(2))

    def test_it_is_infinite_where_the_impossible_happened(self):
        assert mean_nll(torch.tensor([[1.0, 0.0]]), torch.tensor([[5, 1]])).item() == math.inf

    @pytest.mark.parametrize(
        ("table", "says"),
        [
            ([[0.5, 0.5], [1.0, 1.0]], "row 1 of the probabilities does not sum to 1"),
            ([[0.5, 0.5], [math.nan, 1.0]], "row 1 of the probabilities holds NaN"),
            ([[1.5, -0.5], [0.5, 0.5]], "row 0 of the probabilities holds a negative number"),
            ([[math.inf, 0.0], [0.5, 0.5]], "row 0 of the probabilities does not sum to 1"),
            ([[0.5, 0.5]], "do not fit counts of shape"),
        ],
    )
    def test_what_is_no_table_of_probabilities_is_refused(self, table, says):
        with pytest.raises(ValueError, match=says):
            mean_nll(torch.tensor(table), torch.ones(2, 2))

    def test_without_any_counts_there_is_no_mean(self):
        with pytest.raises(ValueError, match="nothing was counted"):
            mean_nll(torch.full((1, 2), 0.5), torch.zeros(1, 2))
        with pytest.raises(ValueError, match="finite numbers of 0 or more"):
            mean_nll(torch.full((1, 2), 0.5), torch.tensor([[1, -1]]))


class TestByHandAndHelper:
    @pytest.mark.parametrize("k", [0, 0.1, 1, 10, 10**6])
    def test_the_table_is_the_same(self, lesson, k):
        assert torch.equal(lesson["smooth"](lesson["N"], k), smooth(lesson["N"], k))

    @pytest.mark.parametrize("k", [0, 0.1, 1, 10, 10**6])
    def test_the_loss_is_the_same(self, lesson, k):
        table = smooth(lesson["N"], k)
        by_hand = lesson["mean_nll"](table, lesson["N"]).item()
        assert by_hand == pytest.approx(mean_nll(table, lesson["N"]).item(), abs=1e-6)

    def test_both_are_infinite_for_a_name_with_an_unseen_bigram(self, lesson):
        jquan = count_bigrams(["jquan"], lesson["stoi"])
        assert lesson["mean_nll"](lesson["P"], jquan).item() == math.inf
        assert mean_nll(lesson["P"], jquan).item() == math.inf

    @given(TABLES, KS)
    def test_the_solution_of_exercise_3_5_is_smooth(self, solutions, counts, k):
        assert torch.equal(solutions["add_k"](counts, k), smooth(counts, k))

    def test_the_course_offers_both(self):
        assert (helpers.smooth, helpers.mean_nll) == (smooth, mean_nll)


class TestNumbers:
    """The figures of the lesson, computed once more here, and printed there."""

    def test_the_product_is_0_in_floating_point(self, lesson, outputs):
        assert len(lesson["all_chances"]) == 228_146
        assert lesson["all_chances"].min() > 0
        assert lesson["all_chances"].prod().item() == 0.0
        assert lesson["all_chances"].double().prod().item() == 0.0
        assert outputs["product"].split() == ["torch.float32", "0.0", "torch.float64", "0.0"]

    def test_it_underflows_in_mia_and_in_brooklyn(self, lesson, outputs):
        products = np.cumprod(lesson["all_chances"].double().numpy())
        assert (products > 0).sum() == 310
        read = "".join(f"{name}." for name in lesson["names"])
        assert read[:310].count(".") == 46
        assert lesson["names"][6] == "mia"
        assert "after 42 bigrams, then 0 (in name 7, mia)" in outputs["underflow-place"]
        assert "after 310 bigrams, then 0 (in name 47, brooklyn)" in outputs["underflow-place"]

    def test_uniform_and_bigram_model(self, lesson, outputs):
        first, second, P = lesson["first"], lesson["second"], lesson["P"]
        by_bigram = -P.double()[first, second].log().mean().item()
        assert by_bigram == pytest.approx(2.4540, abs=5e-5)
        assert mean_nll(P, lesson["N"]).item() == pytest.approx(by_bigram, abs=1e-6)
        assert mean_nll(lesson["nothing"], lesson["N"]).item() == pytest.approx(math.log(27))
        assert [line.split()[-1] for line in outputs["all-loss"].splitlines()] == [
            "2.4540",
            "3.2958",
            "3.2958",
        ]

    def test_emma(self, lesson, outputs):
        costs = -lesson["of_emma"].double().log()
        assert costs.sum().item() == pytest.approx(12.5690, abs=5e-5)
        assert costs.mean().item() == pytest.approx(2.5138, abs=5e-5)
        assert outputs["emma-table"].split()[-4:] == ["sum", "12.5690", "mean", "2.5138"]

    def test_losses_of_k(self, lesson, outputs):
        N = lesson["N"]
        ks = (0, 1, 10, 100, 10**4, 10**6)
        expected = (2.4540, 2.4546, 2.4621, 2.5375, 3.1937, 3.2946)
        for k, loss in zip(ks, expected, strict=True):
            assert mean_nll(smooth(N.double(), k), N).item() == pytest.approx(loss, abs=5e-5)
            assert f"{k:9,}   {loss:.4f}" in outputs["losses-for-k"]

    def test_conditional_entropy_is_the_floor(self, lesson, outputs):
        rows = lesson["N"].double()
        entropy = torch.distributions.Categorical(rows).entropy()
        conditional = (entropy * rows.sum(1)).sum() / rows.sum()
        assert conditional.item() == pytest.approx(lesson["floor"], abs=1e-6)
        assert outputs["conditional-entropy"] == "'2.4540'"
        assert outputs["try-to-beat"].count("better: 0 ") == 3
        assert min(lesson["tries"]) > lesson["floor"]

    def test_divergence_is_what_a_table_loses(self, lesson):
        assert lesson["divergence"].item() == pytest.approx(math.log(27) - 2.4540, abs=1e-4)

    def test_perplexity(self, lesson, outputs):
        assert math.exp(lesson["floor"]) == pytest.approx(11.6, abs=0.05)
        assert outputs["perplexities"].split()[-1] == "11.6"

    def test_held_out_names_prefer_0_1_and_not_0(self, lesson, outputs):
        train, held_out = lesson["train_N"], lesson["held_out_N"]
        assert torch.equal(
            train + held_out + count_bigrams(lesson["shuffled"][28_829:], lesson["stoi"]),
            lesson["N"],
        )
        losses = {k: mean_nll(smooth(train, k), held_out).item() for k in (0, 0.01, 0.1, 1, 10)}
        assert losses[0] == math.inf
        assert min(losses, key=losses.get) == 0.1
        assert losses[0.1] == pytest.approx(2.4531, abs=5e-5)
        assert "0.1   2.4542    2.4531" in outputs["held-out-losses"]

    def test_what_the_prose_says_of_held_out_names(self, lesson, outputs):
        train, held_out = lesson["train_names"], lesson["held_out_names"]
        assert sum(name in set(train) for name in held_out) == len(lesson["known"]) == 424
        fine = {k: lesson["losses"](k, lesson["train_N"], lesson["held_out_N"])[1] for k in STOPS}
        best = min(fine, key=fine.get)
        assert (best, round(fine[best], 4), round(fine[1.0], 4)) == (0.316, 2.4530, 2.4533)
        without = count_bigrams(
            [name for name in train if name not in lesson["known"]], lesson["stoi"]
        )
        memory = [
            mean_nll(smooth(counts, 0.1), lesson["held_out_N"]).item()
            for counts in (lesson["train_N"], without)
        ]
        assert [round(loss, 4) for loss in memory] == [2.4531, 2.4535]
        table = outputs["only-new-names"].splitlines()
        assert table[0].startswith("424 ")
        assert table[2].split()[-3:] == ["2.4333", "2.4559", "2.4531"]
        assert table[3].split()[-3:] == ["2.4383", "2.4557", "2.4535"]
        assert table[4].endswith(": +0.00046")

    def test_floats_of_other_kinds_underflow_where_the_lesson_says(self, outputs):
        said = outputs["underflow-place"]
        assert "float16: 6.0e-08 after 6 bigrams" in said
        assert "bfloat16: 9.2e-41 after 38 bigrams" in said

    def test_one_by_one_in_32_bits_gives_the_lectures_numbers(self, lesson, outputs):
        first, second = lesson["first"], lesson["second"]
        for table, told in ((lesson["P"], "2.4541"), (lesson["P_smoothed"], "2.4544")):
            total = np.float32(0)
            for cost in -table[first, second].log().numpy():
                total += cost
            assert f"{total / len(first):.4f}" == told
            assert f"  {told}   last steps" in outputs["one-by-one"]

    def test_a_sure_and_wrong_table_has_a_perplexity_above_27(self, lesson, outputs):
        rolled = smooth(lesson["N"], 1).roll(1, 1)
        assert mean_nll(rolled, lesson["N"]).exp().item() == pytest.approx(91.3, abs=0.05)
        assert outputs["sure-and-wrong"].split()[-1] == "91.3"

    def test_what_still_stands_out_at_10_000(self, lesson, outputs):
        told = [line.split() for line in outputs["stands-out"].splitlines()]
        table = 27 * smooth(lesson["train_N"], 10_000)
        stoi = lesson["stoi"]
        assert [name for name, _ in told] == ["n.", "a.", "an", "e.", ".a", "ri"]
        for (a, b), ratio in told:
            assert table[stoi[a], stoi[b]].item() == pytest.approx(float(ratio), abs=0.006)

    def test_every_step_of_the_proof(self, lesson):
        """Of Gibbs' inequality, for tables with zeros on either side."""
        generator = torch.Generator().manual_seed(1)
        for _ in range(200):
            both = torch.rand((2, 6), generator=generator) * (
                torch.rand((2, 6), generator=generator) < 0.7
            )
            p, q = (both + torch.eye(6)[:2] * 1e-3).double()
            p, q = p / p.sum(), q / q.sum()
            inside = p > 0
            divergence = (p * (p / q).log())[inside].sum()
            middle = (p * (1 - q / p))[inside].sum()
            assert divergence >= middle - 1e-12
            assert middle == pytest.approx(1 - q[inside].sum().item())
            assert middle >= -1e-12


STOPS = [0.0, *(float(f"{10 ** (e / 4):.3g}") for e in range(-12, 25))]


class TestMistakesThatAreRun:
    def test_0_times_minus_infinity_is_nan_in_each_empty_cell(self, lesson):
        assert lesson["nan_loss"].isnan()
        assert (lesson["N"] * lesson["P"].log()).isnan().sum().item() == 102

    def test_the_likelihood_of_an_impossible_name_is_0_and_its_loss_infinite(self, lesson):
        assert lesson["jquan"].prod().item() == 0
        assert -lesson["jquan"].log().mean().item() == math.inf

    def test_the_assertion_finds_the_impossible_and_smoothing_cures_it(self, lesson):
        assert (lesson["P"] == 0).sum().item() == 102
        assert (lesson["P_smoothed"] > 0).all()

    def test_a_table_of_ones_cheats_by_hand_and_is_refused_by_the_helper(self, lesson):
        assert lesson["mean_nll"](lesson["ones"], lesson["N"]).item() == 0
        with pytest.raises(ValueError, match="does not sum to 1"):
            mean_nll(lesson["ones"], lesson["N"])


class TestLivePicture:
    @pytest.fixture
    def drawn(self, lesson):
        return draw_smoothing(
            lesson["losses"], lesson["train_N"], lesson["held_out_N"], lesson["itos"], STOPS
        )

    @pytest.fixture
    def picture(self, lesson):
        return lesson["smoothing_picture"](
            lesson["losses"], lesson["train_N"], lesson["held_out_N"], lesson["itos"]
        )

    @pytest.mark.parametrize("k", [0, 0.1, 1, 1e6])
    def test_the_function_is_the_loss_on_both(self, lesson, k):
        train, held_out = lesson["train_N"], lesson["held_out_N"]
        table = smooth(train, k)
        expected = [mean_nll(table, counts).item() for counts in (train, held_out)]
        assert lesson["losses"](k, train, held_out) == pytest.approx(expected, abs=1e-6)

    @pytest.mark.parametrize("k", [-1, math.nan, math.inf])
    def test_the_function_refuses_a_k_that_cannot_be(self, lesson, k):
        with pytest.raises(ValueError, match="finite number of 0 or more"):
            lesson["losses"](k, lesson["train_N"], lesson["held_out_N"])

    @pytest.mark.parametrize("k", [0.0, 0.001, 1.0, 1e6])
    def test_update_moves_marks_and_cells(self, lesson, drawn, k):
        figure, update = drawn
        text = update(k)
        training, held_out = lesson["losses"](k, lesson["train_N"], lesson["held_out_N"])
        assert f"training names {training:.4f}   held-out names {held_out:.4f}" in text
        assert len(text.splitlines()) == 2, "the text below the picture jumps"
        whole, near, table = figure.axes
        shown = table.collections[0].get_array()
        np.testing.assert_array_equal(shown, smooth(lesson["train_N"], k).numpy())
        for axes in (whole, near):
            low, high = axes.get_ylim()
            marks = [line for line in axes.lines if line.get_visible()]
            for mark, loss in zip(marks, (training, held_out), strict=True):
                (y,) = mark.get_ydata()
                assert y == loss if low <= loss <= high else math.isnan(y)
        (infinite,) = [text for text in whole.texts if "∞" in text.get_text()]
        assert infinite.get_visible() == (k == 0)

    def test_the_text_tells_the_probabilities_of_three_bigrams(self, drawn):
        _, update = drawn
        told = {k: update(k).splitlines()[1].split()[1:7] for k in (0.0, 1.0, 1e6)}
        assert told == {
            0.0: ["an", "0.1617", "qu", "0.7731", "jq", "0"],
            1.0: ["an", "0.1616", "qu", "0.6914", "jq", "0.0004"],
            1e6: ["an", "0.0372", "qu", "0.0370", "jq", "0.0370"],
        }

    def test_it_takes_other_names_in_other_letters(self, lesson):
        names = ["юлия", "анна", "анна", "qui"]
        stoi, itos = helpers.build_alphabet(names)
        counts = count_bigrams(names, stoi)
        picture = lesson["smoothing_picture"](lesson["losses"], counts, counts, itos)
        told = picture.text.value.splitlines()[1]
        assert told.startswith("probability   ан ")
        assert "one of 10, if equally likely: 0.1000" in told

    def test_a_probability_that_is_not_0_is_not_shown_as_0(self, drawn):
        _, update = drawn
        assert update(0.001).splitlines()[1].split()[5:7] == ["jq", "4e-7"]
        assert update(0.0).splitlines()[1].split()[5:7] == ["jq", "0"]

    def test_a_letter_of_held_out_names_only_is_said(self, lesson):
        stoi, itos = helpers.build_alphabet(["anna", "otto"])
        counted, held_out = (count_bigrams([name], stoi) for name in ("anna", "otto"))
        picture = lesson["smoothing_picture"](lesson["losses"], counted, held_out, itos)
        assert picture.message.value == ""
        assert "The row of 2 characters has no counts" in picture.text.value
        for k in STOPS:
            picture.controls["k"].value = k
            assert picture.message.value == ""
            assert ("0 / 0, and so the losses are NaN" in picture.text.value) == (k == 0)

    def test_a_large_alphabet_is_drawn_in_part(self, lesson):
        size = 200
        counts = torch.arange(size * size).reshape(size, size) % 17 + 1
        itos = dict(enumerate(map(chr, range(0x4E00, 0x4E00 + size))))
        itos[0] = "."
        figure, update = draw_smoothing(lesson["losses"], counts, counts, itos, STOPS)
        update(1.0)
        assert figure.axes[2].collections[0].get_array().shape == (64, 64)
        (note,) = figure.axes[2].texts
        assert "The 64 most frequent of 200 characters." in note.get_text()
        note.set_visible(True)
        room = note.get_window_extent(FigureCanvasAgg(figure).get_renderer())
        assert room.y0 >= 0, "and all of it is on the picture"
        assert room.x1 <= figure.bbox.x1

    def test_letters_that_no_font_has_keep_their_own_numbers(self, lesson, monkeypatch):
        size = 100
        counts = torch.ones((size, size), dtype=torch.int64)
        counts[50:] = 9  # the others are drawn for their order alone
        itos = dict(enumerate(["."] + [chr(0xF0000 + place) for place in range(1, size)]))
        figure, _ = draw_smoothing(lesson["losses"], counts, counts, itos, STOPS)
        labels = [label.get_text().strip() for label in figure.axes[2].get_yticklabels()]
        assert labels[0] == "."
        assert labels[-1] in ("98", "99"), "and not a place in what is drawn"
        (note,) = figure.axes[2].texts
        assert "their numbers stand" in note.get_text()

    def test_nothing_is_said_of_pairs_that_are_not_written_there(self, lesson):
        letters = ".אבגד"
        counts = torch.ones((5, 5), dtype=torch.int64)
        figure, _ = draw_smoothing(
            lesson["losses"], counts, counts, dict(enumerate(letters)), STOPS
        )
        (note,) = figure.axes[2].texts
        assert "right to left" not in note.get_text()

    def test_no_mark_or_message_covers_a_label(self, drawn):
        """The labels are drawn into the background: what moves must keep clear of them."""
        figure, update = drawn
        whole, near, _ = figure.axes
        renderer = FigureCanvasAgg(figure).get_renderer()
        for k in STOPS:
            update(k)
            for axes in (whole, near):
                moving = [*axes.lines, *axes.texts]
                shown = [artist for artist in moving if artist.get_visible()]
                labels = [text for text in axes.texts if not text.get_visible()]
                for label in labels:
                    if "∞" in label.get_text():
                        continue
                    label.set_visible(True)
                    room = label.get_window_extent(renderer)
                    label.set_visible(False)
                    for artist in shown:
                        box = artist.get_window_extent(renderer)
                        if np.isfinite(box.get_points()).all():
                            assert not room.overlaps(box), (k, label.get_text())

    def test_both_axes_are_of_k_and_have_its_powers(self, drawn):
        assert drawn[0].axes[1].get_xlabel() == "k"
        for axes in drawn[0].axes[:2]:
            assert axes.get_xticks().tolist()[1:] == [0.01, 1, 100, 1e4, 1e6]

    def test_the_slider_goes_from_0_to_a_million(self, picture):
        assert picture.controls["k"].description == "k"
        assert [k for _, k in picture.controls["k"].options] == STOPS
        assert str(picture) == "Live picture: k = 1"
        for k in STOPS:
            picture.controls["k"].value = k
            assert picture.message.value == ""
        assert "3.2948" in picture.text.value

    def test_an_error_is_shown_and_the_last_picture_stays(self, drawn):
        figure, update = drawn
        picture = live(figure, update, k=FloatSlider(value=1, min=-1, max=1))
        before = picture.picture.value
        picture.controls["k"].value = -1
        assert "ValueError: k is -1.0; it must be a finite number" in picture.message.value
        assert picture.picture.value == before
        picture.controls["k"].value = 0
        assert picture.message.value == ""
        assert picture.picture.value != before

    def test_letters_and_numbers_stay_while_the_marks_move(self, picture):
        """They are an image behind, so that a move need not draw them."""
        shown = []
        for k in (0.0, 1000.0):
            picture.controls["k"].value = k
            png = io.BytesIO(picture.picture.value)
            shown.append(np.asarray(PIL.Image.open(png).convert("RGB")).astype(int))
        first, second = shown
        assert first.shape == (450, 800, 3)
        for beside in ((slice(None), slice(0, 70)), (slice(0, 50), slice(405, None))):
            assert np.array_equal(first[beside], second[beside])
            assert (first[beside] < 100).all(-1).sum() > 200, "the axes have lost their letters"
        assert (first != second).any()

    def test_a_move_takes_little_time(self, picture):
        """In processor time, as others use the computer too; what remains is for the browser."""
        times = []
        for k in STOPS:
            start = time.process_time()
            picture.controls["k"].value = k
            times.append(time.process_time() - start)
        assert np.median(times) < 0.05

    @pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
    def test_smoothing_with_1(self, drawn):
        figure, update = drawn
        update(1.0)
        return figure

    @pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
    def test_no_smoothing(self, drawn):
        figure, update = drawn
        update(0.0)
        return figure


class TestSolutions:
    def test_name_nll(self, solutions, lesson):
        assert solutions["name_nll"]("emma", lesson["P"]) == pytest.approx(2.5138, abs=5e-5)

    @given(st.integers(1, 30))
    def test_perplexity_of_n_equally_likely_characters_is_n(self, solutions, n):
        assert solutions["perplexity"](torch.full((7,), 1 / n)) == pytest.approx(n, rel=1e-5)

    def test_best_k_on_the_names(self, solutions, lesson):
        ks = [0, 0.01, 0.1, 1, 10, 100]
        assert solutions["best_k"](lesson["train_N"], lesson["held_out_N"], ks) == 0.1
        assert solutions["best_k"](lesson["train_N"], lesson["train_N"], ks) == 0
