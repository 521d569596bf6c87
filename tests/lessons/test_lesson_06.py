"""Lesson 6: its own code against the helpers, its claims, and its live picture with any values."""

import json
import math
import re
import threading
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from shared.in_the_kernel import assert_makes_no_artists, assert_reset_restores
from shared.lessons import (
    NOTEBOOKS,
    code_cells,
    exercises,
    find_cell,
    printed,
    prose_and_outputs,
    read_notebook,
)

import helpers
from helpers import build_alphabet, context_examples, from_context, sample_names, train
from helpers.pictures.context import context_picture, draw_context

pytestmark = pytest.mark.usefixtures("float64")

PATH = NOTEBOOKS / "06_longer_memory.ipynb"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=8), min_size=1, max_size=8)


# What the lesson builds by hand is what helpers give


@given(own=WORDS, length=st.integers(1, 5))
def test_its_examples_are_the_helpers(lesson, own, length):
    X, Y = lesson["examples"](own, length)
    X_helper, Y_helper = context_examples(own, lesson["stoi"], length)
    assert torch.equal(X, X_helper)
    assert torch.equal(Y, Y_helper)


@given(own=WORDS, seed=st.integers(0, 100))
def test_its_split_is_the_helpers(lesson, own, seed):
    assert lesson["split_names"](own, seed) == helpers.split_names(own, seed)


@settings(max_examples=10)
@given(
    rates=st.lists(st.sampled_from([0.3, 0.1, 0.01]), max_size=6),
    size=st.integers(1, 70),
    seed=st.integers(0, 1000),
)
def test_its_loop_is_the_helpers(lesson, rates, size, seed):
    X, Y = lesson["X_train"][:500], lesson["Y_train"][:500]
    runs = []
    for by_hand in (True, False):
        g = torch.Generator().manual_seed(seed)
        parameters = lesson["new_network"](g, embedding_size=2, hidden_size=5)
        if by_hand:
            losses = lesson["train_by_hand"](parameters, X, Y, rates, size, g)
        else:
            optimizer = torch.optim.SGD(parameters, lr=1.0)
            schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: [*rates, 0.0][n])
            losses = train(
                lambda x, p=parameters: lesson["logits"](p, x),
                X,
                Y,
                optimizer,
                schedule,
                steps=len(rates),
                batch_size=size,
                seed=g,
            )
        runs.append((losses, parameters))
    torch.testing.assert_close(runs[0][0], runs[1][0])
    torch.testing.assert_close(runs[0][1], runs[1][1])


def test_its_mean_loss_and_its_sampling_are_the_helpers(lesson):
    # The lesson takes the helper's mean_loss later on, so its own is run from its cell.
    own = {"torch": torch, "F": torch.nn.functional}
    exec(find_cell(PATH, "mean-loss").source.partition("\n\n\n")[0], own)
    model, X, Y = lesson["model"], lesson["X_dev"], lesson["Y_dev"]
    # The helper's portions are smaller: it adds in another order, and from Python 3.12 on, whose
    # `sum` rounds once, the last digit shows it.
    by_helper = helpers.mean_loss(model, X, Y)
    assert own["mean_loss"](model, X, Y) == pytest.approx(by_helper, rel=1e-14)
    for indices in ([0], [0, 5], [0, 5, 13, 13, 1]):
        ours, theirs = lesson["next_probabilities"](indices), from_context(model)(indices)
        assert torch.equal(ours, theirs)
    names = sample_names(from_context(model), lesson["itos"], count=12)
    assert names == lesson["network_names"]


# What the lesson claims


def test_the_saved_dev_loss_is_between_the_tables_of_two_letters_and_three_and_as_run(lesson):
    saved = float(re.search(r"^dev +(\d\.\d+)$", printed(PATH, "mean-loss"), re.MULTILINE)[1])
    added, backed_off = lesson["table_losses"]["dev, add 0.1"], lesson["backoff_losses"]
    assert max(added[2], backed_off[3]) < saved < min(added[1], backed_off[2])
    assert saved == pytest.approx(
        helpers.mean_loss(lesson["model"], lesson["X_dev"], lesson["Y_dev"]), abs=1e-4
    )


@settings(max_examples=20, deadline=None)
@given(counted=WORDS, asked=WORDS, length=st.integers(1, 4), weight=st.sampled_from([None, 3]))
def test_the_table_that_backs_off_is_what_its_formula_says_and_the_helper_s(
    lesson, counted, asked, length, weight
):
    """Counted once more with dictionaries, label by label."""

    def pairs(names, k):
        padded = [("." * k + name + ".", len(name) + 1) for name in names]
        return [(w[i : i + k], w[i + k]) for w, n in padded for i in range(n)]

    def chance(context, label):
        p = 1 / 27
        for k in range(length + 1):
            short = context[length - k :]
            followers = [y for x, y in pairs(counted, k) if x == short]
            if followers:
                T = len(set(followers)) if weight is None else weight
                p = (followers.count(label) + T * p) / (len(followers) + T)
        return p

    costs = [-math.log(chance(*pair)) for pair in pairs(asked, length)]
    own = lesson["backoff_loss"](counted, asked, length, weight)
    assert own == pytest.approx(sum(costs) / len(costs))
    stoi = lesson["stoi"]
    table = helpers.back_off(*context_examples(counted, stoi, length), 27, weight=weight)
    assert helpers.mean_loss(table, *context_examples(asked, stoi, length)) == pytest.approx(own)


def test_a_table_that_backs_off_says_names(lesson):
    X, Y = lesson["X_train"], lesson["Y_train"]
    table = helpers.back_off(X, Y, 27)
    torch.testing.assert_close(table(X[:100]).exp().sum(1), torch.ones(100))
    assert len(sample_names(from_context(table), lesson["itos"], count=3)) == 3


def test_counted_contexts_give_the_loss_of_all_examples_and_its_exact_gradient(lesson):
    contexts, label_counts = lesson["contexts"], lesson["label_counts"]
    assert label_counts.sum() == len(lesson["X_train"])
    logits = lesson["logits"](lesson["parameters"], contexts)
    on_counts = -(label_counts * torch.log_softmax(logits, 1)).sum() / label_counts.sum()
    assert on_counts.item() == pytest.approx(
        helpers.mean_loss(lesson["model"], lesson["X_train"], lesson["Y_train"])
    )


def test_the_noise_is_as_long_as_the_gradient_at_first_and_many_times_as_long_at_the_end(lesson):
    first = re.search(r" 64 examples: off by (\S+) of", printed(PATH, "noise"))[1]
    later = re.search(r"off by (\S+) times its length", printed(PATH, "noise-later"))[1]
    assert 0.8 < float(first) < 1.1
    assert 4.5 < float(later) < 5.5


def test_what_the_network_expects_is_as_the_text_says(lesson):
    stoi, itos, look = lesson["stoi"], lesson["itos"], lesson["look"]

    def most(name, place):
        return itos[look(name, place)[2].argmax().item()]

    def costs(name):
        looks = [look(name, place) for place in range(len(name) + 1)]
        return [-math.log(chances[label]) for _, label, chances in looks]

    assert max(look("emma", place)[2].max() for place in range(5)) < 0.55
    assert look("emma", 3)[2][stoi["a"]] == pytest.approx(0.5, abs=0.01)
    assert look("quinn", 1)[2][stoi["u"]] == pytest.approx(0.94, abs=0.01)
    assert (most("isabella", 6), most("olivia", 2)) == ("l", "u")
    assert np.argmax(costs("joshua")) == "joshua".index("u")
    assert [name for name in NAMES if most(name, len(name)) == "."] == ["isabella", "quinn"]


def test_a_wider_window_helps_the_network_and_burdens_the_tables():
    said = printed(PATH, "compare-longer")
    networks = [float(loss) for loss in re.findall(r"train \S+, dev (\S+)", said)]
    tables = re.findall(r"add 0.1 (\S+), back off (\S+)", said)
    assert networks[1] < networks[0] - 0.05
    assert all(float(wide) > float(narrow) for narrow, wide in zip(*tables, strict=True))


def test_every_loss_in_the_prose_comes_out_of_a_cell():
    prose, shown = prose_and_outputs(PATH)
    numbers = set(re.findall(r"\b\d\.\d{4,5}\b", prose)) - {f"{math.log(27):.4f}"}
    assert len(numbers) > 4
    assert {number for number in numbers if number not in shown} == set()


@given(own=WORDS)
def test_its_assertion_tells_both_mistakes_from_the_right_windows(lesson, own):
    beginnings = lesson["beginnings"]
    assert beginnings(lesson["examples"](own)[0]) == len(own)
    assert beginnings(lesson["label_slips_in"](own)[0]) == 0
    assert beginnings(lesson["never_reset"](own)[0]) == 1


def test_a_table_loses_on_names_what_plain_counting_says(lesson):
    """The tables, counted once more with dictionaries."""
    counted, asked = lesson["train_names"][:300], lesson["dev_names"][:50]
    for k, add in ((1, 0.1), (2, 1), (3, 0.5)):
        cells, rows = {}, {}
        for name in counted:
            padded = "." * k + name + "."
            for place in range(len(name) + 1):
                context, label = padded[place : place + k], padded[place + k]
                cells[context, label] = cells.get((context, label), 0) + 1
                rows[context] = rows.get(context, 0) + 1
        costs = []
        for name in asked:
            padded = "." * k + name + "."
            for place in range(len(name) + 1):
                context, label = padded[place : place + k], padded[place + k]
                p = (cells.get((context, label), 0) + add) / (rows.get(context, 0) + 27 * add)
                costs.append(-math.log(p))
        expected = sum(costs) / len(costs)
        assert lesson["table_loss"](counted, asked, k, add) == pytest.approx(expected)


def test_the_wrong_view_mixes_examples_and_the_right_one_does_not(lesson):
    emb, changed = lesson["emb"], lesson["emb_changed"]
    right = (emb.view(5, -1) != changed.view(5, -1)).any(1)
    wrong = (emb.view(6, -1).T != changed.view(6, -1).T).any(1)
    assert right.nonzero().flatten().tolist() == [1]
    assert wrong.nonzero().flatten().tolist() == [3, 4]


def test_the_gradient_noise_falls_with_the_square_root(lesson):
    sizes, noise = lesson["sizes"], lesson["noise"]
    slope = np.polyfit(np.log(sizes), np.log(noise), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.05)


def test_with_few_names_the_training_loss_falls_and_the_dev_loss_turns(lesson):
    on_few, on_dev = np.array(lesson["on_few"]), np.array(lesson["on_dev"])
    best = on_dev.argmin()
    assert 0 < best < len(on_dev) / 2
    assert on_dev[-1] > on_dev[best] + 0.2
    assert on_few[-1] < on_few[best] - 0.5


def test_the_vowels_have_moved_together(lesson):
    ratios = [
        float(ratio) for ratio in re.findall(r"ratio (\S+)", printed(PATH, "letters-distances"))
    ]
    before, after = ratios
    assert before > 0.8
    assert after < 0.6


@pytest.mark.parametrize("length", [0, 1, 199, 200, 201, 999])
def test_an_interrupted_run_can_be_drawn(lesson, length):
    losses = torch.arange(length, dtype=torch.float64)
    averaged = lesson["averaged"](losses, 200)
    assert averaged.shape == (length // 200,)
    if length >= 200:
        assert averaged[0] == pytest.approx(99.5)


def test_the_long_run_is_a_switch_that_is_off_and_stands_before_its_training():
    ids = [each.id for each in code_cells(read_notebook(PATH))]
    assert find_cell(PATH, "long-run").source == "long_run = False"
    assert ids.index("long-run") < ids.index("training-run")
    assert "200_000" in find_cell(PATH, "training-setup").source


def small_training(lesson, seed=2147483647, *, start="smaller_start", forward=None, **options):
    """The weights of a small network after a training like those of the lesson."""
    steps, rate, sizes = options.get("steps", 2500), options.get("rate", 0.3), options["sizes"]
    g = torch.Generator().manual_seed(seed)
    weights = lesson[start](g, **sizes)
    model = partial(forward or lesson["logits"], weights)
    optimizer = torch.optim.SGD(weights, lr=rate, foreach=False)
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [steps * 4 // 5], gamma=0.1)
    X, Y = options.get("examples", (lesson["X_train"], lesson["Y_train"]))
    train(model, X, Y, optimizer, schedule, steps=steps, seed=g)
    return weights


def dev_loss(lesson, weights, forward=None):
    """In batches of 64, as a network with the wrong view was trained."""
    pairs = zip(lesson["X_dev"].split(64), lesson["Y_dev"].split(64), strict=True)
    forward = forward or lesson["logits"]
    with torch.no_grad():
        costs = [
            torch.nn.functional.cross_entropy(forward(weights, x), y) * len(y) for x, y in pairs
        ]
    return (sum(costs) / len(lesson["Y_dev"])).item()


def of_letter_frequencies(lesson):
    counts = torch.bincount(lesson["Y_train"]).double()
    return -(counts / counts.sum()).log()[lesson["Y_dev"]].mean().item()


def test_what_counts_most_is_that_the_first_weights_are_smaller(lesson):
    sizes = {"hidden_size": 100}
    as_it_is = dev_loss(lesson, lesson["longer"][3].args[0])
    at_the_other_rate = dev_loss(lesson, small_training(lesson, rate=0.2, sizes=sizes))
    from_large_ones = dev_loss(lesson, small_training(lesson, start="new_network", sizes=sizes))
    assert at_the_other_rate < as_it_is + 0.03
    assert from_large_ones > as_it_is + 0.1


def test_with_the_wrong_view_a_network_learns_how_often_letters_occur_and_no_more(lesson):
    def forward(weights, X):
        C, W1, b1, W2, b2 = weights
        return torch.tanh(C[X].view(len(W1), -1).T @ W1 + b1) @ W2 + b2

    weights = small_training(lesson, forward=forward, steps=1000, sizes={"hidden_size": 100})
    assert dev_loss(lesson, weights, forward) > of_letter_frequencies(lesson)


def test_with_the_bug_of_exercise_6_4_a_network_learns_how_often_letters_occur_and_no_more(lesson):
    task = next(each.task for each in exercises(read_notebook(PATH)) if each.name[:3] == "6.4")
    own = {"torch": torch}
    exec(re.search(r"```python\n(.*?)```", task, re.DOTALL)[1], own)
    drawn = own["minibatch"](lesson["X_train"], lesson["Y_train"], 200_000, 1)
    weights = small_training(lesson, examples=drawn, steps=1000, sizes={"hidden_size": 100})
    assert dev_loss(lesson, weights) == pytest.approx(of_letter_frequencies(lesson), abs=0.02)


def test_with_another_seed_one_vowel_may_stay_far_from_the_others(lesson):
    sizes = {"embedding_size": 2, "hidden_size": 100}
    C = small_training(lesson, 3, start="new_network", rate=0.2, steps=5000, sizes=sizes)[0]
    away = torch.cdist(*[C.detach()[lesson["vowels"]]] * 2).sum(1)
    far = away.argmax()
    others = [i for i in range(5) if i != far]
    assert away[far] / 4 > 4 * torch.pdist(C.detach()[lesson["vowels"]][others]).mean()


def test_no_network_of_three_letters_that_was_kept_is_below_the_table_that_backs_off(lesson):
    kept = json.loads((NOTEBOOKS.parent / "benchmarks" / "trainings.json").read_text("utf-8"))
    groups = "recipes", "decay", "5,000 steps", "batches", "three letters"
    ends = [min(training["dev"]) for group in groups for training in kept[group].values()]
    assert len(ends) > 30
    assert min(ends) > lesson["backoff_losses"][3]


def test_names_of_the_course_cost_about_2_2_a_letter(lesson):
    solution = next(each.solution for each in exercises(read_notebook(PATH)) if "6.5" in each.name)
    own = dict(lesson)
    exec(solution, own)
    costs = [own["name_loss"](name, lesson["model"]) for name in lesson["dev_names"][:1000]]
    assert sum(costs) / len(costs) == pytest.approx(2.2, abs=0.06)


# The live picture


NAMES = ["emma", "olivia", "isabella", "quinn", "joshua"]


@pytest.fixture
def drawn(lesson):
    """The figure, and the function that moves what moves in it."""
    return draw_context(lesson["look"], NAMES, lesson["itos"])


def panel(figure, label):
    return next(axes for axes in figure.axes if axes.get_label() == label)


def bars(figure):
    return np.array([bar.get_height() for bar in panel(figure, "probabilities").containers[0]])


def spelled(figure):
    texts = sorted(panel(figure, "name").texts, key=lambda text: text.get_position()[0])
    return "".join(text.get_text() for text in texts if text.get_position()[1] == 0)


def test_the_saved_notebook_shows_the_picture_at_its_defaults():
    (output,) = find_cell(PATH, "live-picture").outputs
    assert output.data["text/plain"] == "Live picture: name = emma, position = 0"
    assert len(output.data["image/png"]) > 8_000


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_a_window_on_a_name():
    """With chances that are no network's, so that training does not change the picture."""
    stoi, itos = build_alphabet([LETTERS])

    def look(name, position):
        X, Y = context_examples([name], stoi)
        place = min(position, len(name))
        probabilities = torch.arange(27, dtype=torch.float64) / 351
        return X[place].tolist(), Y[place].item(), probabilities

    figure, update = draw_context(look, NAMES, itos)
    update("olivia", 2)
    return figure


def test_it_says_which_way_a_name_stands_where_it_is_read_the_other_way():
    def says(names):
        stoi, itos = build_alphabet(names)

        def look(name, position):
            X, Y = context_examples([name], stoi)
            place = min(position, len(name))
            return X[place].tolist(), Y[place].item(), torch.ones(len(stoi)) / len(stoi)

        figure, _ = draw_context(look, names, itos)
        return " ".join(text.get_text() for text in panel(figure, "name").texts)

    assert "from left to right" in says(["שרה", "נועה"])
    assert "from left to right" not in says(["sara", "юлия"])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("position", [0, 1, 3, 8])
def test_it_shows_what_the_network_gives_at_each_place(lesson, drawn, name, position):
    figure, update = drawn
    text = update(name, position)
    place = min(position, len(name))
    context = f"...{name}."[place : place + 3]
    label = f"{name}."[place]
    indices = [lesson["stoi"][character] for character in "." + name[:place]]
    expected = from_context(lesson["model"])(indices)
    np.testing.assert_allclose(bars(figure), expected)
    assert spelled(figure) == f"...{name}.".ljust(len(spelled(figure)))
    chance = expected[lesson["stoi"][label]].item()
    assert text.startswith(f"{context} -> {label}   probability {chance:.4f}, cost ")
    assert f"cost {-math.log(chance):.2f} nats" in text
    best, letters = expected.sort(descending=True)
    ranked = zip(letters[:5].tolist(), best[:5].tolist(), strict=True)
    likely = ", ".join(f"{lesson['itos'][i]} {chance:.2f}" for i, chance in ranked)
    assert text.endswith(f"\nmost likely: {likely}")
    (mark,) = [line for line in panel(figure, "probabilities").lines if line.get_visible()]
    assert mark.get_xdata()[0] == lesson["stoi"][label]
    assert mark.get_ydata()[0] == pytest.approx(chance)
    seen, asked = [each for each in panel(figure, "name").patches if each.get_visible()]
    assert (seen.get_x(), seen.get_width()) == (place - 0.5, 3)
    assert asked.get_x() == place + 2.5


@pytest.fixture(scope="module")
def picture(lesson):
    return context_picture(lesson["look"], NAMES, lesson["itos"])


def test_every_stop_of_both_controls_gives_a_picture(picture):
    for name in NAMES:
        for position in range(9):
            picture.controls["name"].value = name
            picture.controls["position"].value = position
            assert picture.message.value == ""
    picture.reset()
    position = picture.controls["position"]
    assert (position.min, position.value, position.max) == (0, 0, 8)


def test_reset_brings_back_the_first_picture(picture):
    assert_reset_restores(picture, name="quinn", position=1)


def test_a_move_on_another_thread_draws_without_gradients(picture):
    """Callbacks of widgets run on a thread where a cell's no_grad does not hold."""
    picture.reset()
    first = picture.picture.value
    thread = threading.Thread(target=picture.controls["position"].set_trait, args=("value", 2))
    thread.start()
    thread.join()
    assert picture.message.value == ""
    assert picture.picture.value != first
    picture.reset()


def test_a_move_changes_artists_and_makes_none(drawn):
    figure, update = drawn
    update("emma", 0)
    assert_makes_no_artists(figure, [partial(update, name, 3) for name in NAMES])


def test_a_chance_of_0_costs_infinitely_much():
    _, itos = build_alphabet([LETTERS])
    figure, update = draw_context(
        lambda name, position: ([0, 0, 0], 1, torch.eye(27)[0]), ["ab"], itos
    )
    assert "probability 0.0000, cost inf nats" in update("ab", 0)
    plt.close(figure)
