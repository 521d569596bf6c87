"""What the pictures of layers draw: known distributions, and gradients worked out by hand."""

import math
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from shared.contrast import contrast

import helpers
from helpers.diagnostics import diagnose_network
from helpers.layers import Embedding, Flatten, Linear, Sequential, Tanh
from helpers.plots.layers import (
    activation_histogram,
    gradient_histogram,
    histogram,
    line_looks,
    saturation_picture,
    update_ratios,
)

ALL = [activation_histogram, gradient_histogram, update_ratios]


@pytest.fixture(autouse=True)
def course_style(float64):
    with plt.style.context("helpers.course"):
        yield
    plt.close("all")


def seeded(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def drawn(ax) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """From the label of each line, without its numbers, to its points."""
    return {line.get_label().partition(":")[0]: line.get_data() for line in ax.lines}


def place_of(points) -> float:
    """Where a line that is 0 but for one bin has its peak."""
    x, shares = points
    assert np.count_nonzero(shares) == 1
    assert shares.max() == 100
    return x[shares.argmax()]


# Known distributions


def test_a_uniform_layer_is_level():
    values = torch.linspace(-1, 1, 60_001)
    _, shares = drawn(activation_histogram({"uniform": values}))["uniform"]
    np.testing.assert_allclose(shares, 100 / 60, rtol=0.01)


def test_plus_and_minus_one_are_two_towers_at_the_ends():
    values = torch.tensor([-1.0] * 30 + [1.0] * 70).view(10, 10)
    x, shares = drawn(activation_histogram({"ends": values}))["ends"]
    assert shares[0] == 30
    assert shares[-1] == 70
    assert shares[1:-1].sum() == 0
    np.testing.assert_allclose(x[[0, -1]], [-59 / 60, 59 / 60])


def test_a_constant_layer_is_one_tower_where_it_belongs():
    ax = activation_histogram({"low": torch.full((5, 4), -0.5), "high": torch.full((3,), 0.71)})
    width = 0.71 / 60  # half a bin: the axis reaches from -0.71 to 0.71
    assert place_of(drawn(ax)["low"]) == pytest.approx(-0.5, abs=width)
    assert place_of(drawn(ax)["high"]) == pytest.approx(0.71, abs=width * 1.001)


def test_a_normal_layer_has_the_bell_it_should_have():
    values = torch.special.ndtri(torch.linspace(0, 1, 100_003)[1:-1])
    x, shares = drawn(activation_histogram({"bell": values}, limit=3))["bell"]
    expected = 100 * 0.1 * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    np.testing.assert_allclose(shares, expected, atol=0.03)
    assert shares.sum() == pytest.approx(99.73, abs=0.02), "what is beyond 3 still counts"


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(-2, 2), min_size=1, max_size=50), st.sampled_from([0.5, 1.0, 2.0]))
def test_shares_are_those_of_numpy(numbers, limit):
    x, shares = histogram(torch.tensor(numbers, dtype=torch.float64), -limit, limit)
    counts, edges = np.histogram(numbers, 60, (-limit, limit))
    np.testing.assert_allclose(x, (edges[:-1] + edges[1:]) / 2)
    # A number on an edge may fall to either side.
    assert (
        abs(np.cumsum(shares) - 100 * np.cumsum(counts) / len(numbers)).max()
        <= 100
        * sum(np.isclose(number, edges, atol=1e-9).any() for number in numbers)
        / len(numbers)
        + 1e-9
    )


def test_slopes_are_drawn_by_their_power_of_ten_whatever_their_sign():
    slopes = {"small": torch.tensor([1e-5, -1e-5]), "large": torch.tensor([[0.1], [-0.1]])}
    ax = gradient_histogram(slopes, limits=(-6, 0))
    assert place_of(drawn(ax)["small"]) == pytest.approx(-5, abs=0.06)
    assert place_of(drawn(ax)["large"]) == pytest.approx(-1, abs=0.06)


def test_slopes_spread_evenly_over_the_powers_are_level():
    slopes = 10 ** torch.linspace(-4, -1, 60_001)
    _, shares = drawn(gradient_histogram({"layer": slopes}, limits=(-4, -1)))["layer"]
    np.testing.assert_allclose(shares, 100 / 60, rtol=0.01)


def test_slopes_of_zero_are_told_and_still_counted():
    ax = gradient_histogram({"layer": torch.tensor([0.0, 0.0, 0.0, 0.01])}, limits=(-3, -1))
    (line,) = ax.lines
    assert line.get_label().endswith("75 % are 0")
    assert line.get_ydata().sum() == 25
    ax = gradient_histogram({"dead": torch.zeros(5)})
    assert ax.lines[0].get_label() == "dead: std 0.0e+00, 100 % are 0"


@pytest.mark.parametrize(("count", "low"), [(999, -9), (1000, -3)])
def test_the_axis_begins_at_the_smallest_thousandth_of_the_slopes(count, low):
    slopes = torch.tensor([2e-9] + [2e-3] * (count - 1))
    assert gradient_histogram({"layer": slopes}).get_xlim() == (low, -2)


def test_an_axis_without_any_number_but_0_is_one_wide():
    zeros = {"dead": torch.zeros(5)}
    assert activation_histogram(zeros).get_xlim() == (-1, 1)
    assert gradient_histogram(zeros).get_xlim() == (0, 1)


@pytest.mark.parametrize(("steps", "marker"), [(1, "o"), (2, "None")])
def test_a_single_ratio_is_a_point_as_it_has_no_line(steps, marker):
    assert update_ratios({"linear 1": [0.01] * steps}).lines[0].get_marker() == marker


def test_the_legend_has_the_std_of_each_layer():
    values = torch.tensor([-0.5, 0.5])
    (line,) = activation_histogram({"half": values}).lines
    assert line.get_label() == "half: std 0.50"
    (line,) = gradient_histogram({"half": values / 1000}).lines
    assert line.get_label() == "half: std 5.0e-04"


def test_saturated_places_are_white_and_others_black():
    hidden = torch.tensor([[0.98, 0.97, -0.98], [0.0, -0.5, 1.0]])
    ax = saturation_picture(hidden)
    (image,) = ax.images
    assert np.asarray(image.get_array()).tolist() == [[1, 0, 1], [0, 0, 1]]
    assert image.to_rgba(1, bytes=True)[:3] == (255, 255, 255)
    assert image.to_rgba(0, bytes=True)[:3] == (0, 0, 0)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("unit", "example")
    assert ax.texts[0].get_text() == "White: |h| > 0.97, 50.0 % of all."
    other = saturation_picture(hidden, threshold=0.4).images[0].get_array()
    assert np.asarray(other).tolist() == [[1, 1, 1], [0, 1, 1]]


def test_ratios_are_drawn_as_powers_of_ten_over_steps_with_a_level():
    ax = update_ratios({"linear 1": [1e-3, 1e-2, 0.0], "linear 2": torch.tensor([1e-4, 1.0, 10.0])})
    *lines, level = ax.lines
    np.testing.assert_allclose(lines[0].get_ydata(), [-3, -2, np.nan])
    np.testing.assert_allclose(lines[1].get_ydata(), [-4, 0, 1])
    np.testing.assert_array_equal(lines[1].get_xdata(), [0, 1, 2])
    assert list(level.get_ydata()) == [-3, -3]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["linear 1", "linear 2"]


# Gradients by hand, on a network of 2 inputs, 2 hidden units and 2 outputs


class ByHand:
    """One example: character 1, with the embedding [1, 2]; the label is 0.

    W1 = [[0.5, -1], [0.25, 0.5]], so [1, 2] @ W1 = [1, 0] and h = [t, 0] with t = tanh(1).
    W2 = [[1, -1], [2, 3]], so the logits are [t, -t].
    """

    t = math.tanh(1)
    p = math.exp(-t) / (math.exp(t) + math.exp(-t))  # of character 1; that of the label is 1 - p
    # The slopes of the logits are probabilities minus one-hot: [-p, p].
    hidden = torch.tensor([[-2 * p, -2 * p + 3 * p]], dtype=torch.float64)  # times W2 transposed
    before = torch.tensor([[-2 * p * (1 - t**2), p]], dtype=torch.float64)  # times 1 - h²
    W2 = torch.tensor([[-t * p, t * p], [0.0, 0.0]], dtype=torch.float64)
    W1 = torch.tensor([[1.0], [2.0]], dtype=torch.float64) @ before
    activations = torch.tensor([[t, 0.0]], dtype=torch.float64)


@pytest.fixture
def small():
    """What is in the network of `ByHand`."""
    model = Sequential(Embedding(2, 2), Flatten(), Linear(2, 2), Tanh(), Linear(2, 2))
    values = [
        [[0.0, 0.0], [1.0, 2.0]],
        [[0.5, -1.0], [0.25, 0.5]],
        [0.0, 0.0],
        [[1.0, -1.0], [2.0, 3.0]],
        [0.0, 0.0],
    ]
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), values, strict=True):
            parameter.copy_(torch.tensor(value))
    return diagnose_network(model, torch.tensor([[1]]), torch.tensor([0]), rate=0.1)


def test_gradients_are_those_worked_out_by_hand(small):
    torch.testing.assert_close(small.activations, {"tanh 1": ByHand.activations})
    torch.testing.assert_close(small.gradients, {"tanh 1": ByHand.hidden})
    weights = {"linear 1": ByHand.W1, "linear 2": ByHand.W2}
    torch.testing.assert_close(small.weight_gradients, weights)


def test_updates_are_those_worked_out_by_hand(small):
    stds = {"linear 1": [0.5, -1, 0.25, 0.5], "linear 2": [1, -1, 2, 3]}
    for name, gradient in (("linear 1", ByHand.W1), ("linear 2", ByHand.W2)):
        expected = 0.1 * np.std(gradient.numpy(), ddof=1) / np.std(stds[name], ddof=1)
        assert small.updates[name] == pytest.approx(expected)


def bins_of(values, low, high) -> list[int]:
    """In which of 60 bins each number lies."""
    return sorted(int((value - low) / (high - low) * 60) for value in values)


def filled(points) -> list[int]:
    """The bins that a line fills, each as often as it has a number, of `ByHand`'s four or two."""
    _, shares = points
    share = 100 / 4 if 25 in shares.round(6) else 50
    return [place for place, each in enumerate(shares) for _ in range(round(each / share))]


def test_the_activations_that_are_drawn_are_those_worked_out_by_hand(small):
    points = drawn(activation_histogram(small.activations, limit=1))["tanh 1"]
    assert filled(points) == bins_of([ByHand.t, 0], -1, 1)


def test_the_gradients_that_are_drawn_are_those_worked_out_by_hand(small):
    points = drawn(gradient_histogram(small.gradients, limits=(-4, 1)))["tanh 1"]
    powers = [math.log10(2 * ByHand.p), math.log10(ByHand.p)]
    assert filled(points) == bins_of(powers, -4, 1)
    activations = drawn(gradient_histogram(small.activations, limits=(-4, 1)))["tanh 1"]
    assert not np.array_equal(points[1], activations[1]), "a swap would show"


def test_the_weight_gradients_that_are_drawn_are_those_worked_out_by_hand(small):
    lines = drawn(gradient_histogram(small.weight_gradients, limits=(-4, 1)))
    powers = [math.log10(abs(slope)) for slope in ByHand.W1.flatten()]
    assert filled(lines["linear 1"]) == bins_of(powers, -4, 1)
    _, shares = lines["linear 2"]
    assert shares[bins_of([math.log10(ByHand.t * ByHand.p)], -4, 1)[0]] == 50, "two are 0"


def test_looking_changes_no_weights_and_adds_up_no_gradients():
    model = Sequential(Embedding(3, 2), Flatten(), Linear(4, 5), Tanh(), Linear(5, 3))
    X, Y = torch.tensor([[0, 1], [2, 2]]), torch.tensor([1, 0])
    before = [each.detach().clone() for each in model.parameters()]
    first, second = (diagnose_network(model, X, Y, rate=0.1) for _ in range(2))
    assert all(map(torch.equal, before, model.parameters()))
    torch.testing.assert_close(first.weight_gradients, second.weight_gradients)
    assert first.updates == second.updates


# Form


LAYERS = {
    f"tanh {count}": torch.tanh(count / 3 * torch.randn((200, 50), generator=seeded(count)))
    for count in range(1, 7)
}


class TestPictures:
    """Compared with the pictures in tests/baseline."""

    style = pytest.mark.mpl_image_compare(
        style="helpers.course", savefig_kwargs={"dpi": 60, "bbox_inches": "tight"}
    )

    @style
    def test_activations_of_six_layers(self):
        return activation_histogram(LAYERS, title="Activations").figure

    @style
    def test_slopes_of_six_layers(self):
        slopes = {name: h / 10**power for power, (name, h) in enumerate(LAYERS.items(), start=1)}
        return gradient_histogram(slopes, title="Slopes").figure

    @style
    def test_saturation(self):
        return saturation_picture(LAYERS["tanh 6"], title="Saturated").figure

    @style
    def test_updates_over_time(self):
        steps = torch.arange(200)
        ratios = {name: 10 ** (h[:, 0] / 4 - 3 - steps / 200) for name, h in LAYERS.items()}
        return update_ratios(ratios, title="Updates").figure


@pytest.mark.parametrize("draw", ALL)
@pytest.mark.parametrize("count", [1, 6, 9])
def test_every_layer_has_a_colour_and_neighbours_another_style(draw, count):
    layers = {f"layer {i}": torch.tensor([0.1, 0.2]) for i in range(count)}
    lines = draw(layers).lines[:count]
    assert len({tuple(line.get_color()) for line in lines}) == count
    styles = [look["linestyle"] for look in line_looks(count)]
    assert all(one != other for one, other in pairwise(styles))
    assert len(set(styles[:7])) == min(count, 7)


@pytest.mark.parametrize("draw", ALL)
def test_the_legend_stands_beside_the_picture_at_its_top(draw):
    ax = draw({f"layer {i}": torch.tensor([0.1, 0.2]) for i in range(3)})
    ax.figure.canvas.draw()
    legend = ax.get_legend().get_window_extent()
    assert legend.x0 >= ax.bbox.x1
    assert legend.y1 == pytest.approx(ax.bbox.y1, abs=15)


def test_colours_end_at_the_same_one_however_many_layers_there_are():
    assert len({tuple(line_looks(count)[-1]["color"]) for count in range(2, 10)}) == 1


def test_lines_stand_out_on_white():
    for look in line_looks(9):
        assert contrast(look["color"], "white") >= 3


@pytest.mark.parametrize("draw", [*ALL, saturation_picture])
def test_it_draws_where_it_is_told_and_returns_it(draw):
    ax = Figure().subplots()
    values = torch.full((2, 2), 0.5)
    given_to = values if draw is saturation_picture else {"layer": values.flatten()}
    assert draw(given_to, ax, title="Here") is ax
    assert ax.get_title(loc="left") == "Here"
    assert plt.get_fignums() == []


@pytest.mark.parametrize("draw", ALL)
@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ({}, "from labels to tensors; got an empty one"),
        ([torch.ones(3)], "got a list"),
        (torch.ones(3), "got a Tensor"),
        ({"tanh 2": torch.ones(0, 5)}, r"'tanh 2' holds no numbers; its shape is \(0, 5\)"),
        (
            {"a": torch.ones(2), "b": torch.tensor([1.0, torch.nan])},
            "'b' holds NaN or an infinity, in 1 of 2",
        ),
        ({"b": torch.tensor([-torch.inf] * 3)}, "'b' holds NaN or an infinity, in 3 of 3"),
        ({"tanh 1": None}, r"'tanh 1' is None: it has no gradient\. Call backward\(\) first"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(draw, layers, words):
    with pytest.raises(ValueError, match=words):
        draw(layers)
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        (torch.ones(3), r"needs shape \(examples, units\); got \(3,\)"),
        (torch.ones(2, 3, 4), r"got \(2, 3, 4\)"),
        (torch.ones(0, 3), "holds no numbers"),
        (torch.full((2, 2), torch.nan), "holds NaN or an infinity, in 4 of 4"),
    ],
)
def test_what_is_no_table_of_units_is_refused(hidden, words):
    with pytest.raises(ValueError, match=words):
        saturation_picture(hidden)


@pytest.mark.parametrize(
    ("ratios", "words"),
    [
        ({"linear 1": [-3.0, -2.9]}, "'linear 1' holds a negative ratio"),
        ({"linear 1": [[0.1], [0.2]]}, "needs one ratio for each step"),
    ],
)
def test_what_are_no_ratios_is_refused(ratios, words):
    with pytest.raises(ValueError, match=words):
        update_ratios(ratios)


@pytest.mark.parametrize("draw", ALL)
@pytest.mark.parametrize("value", [0.0, 1.0, 1e-300, 1e300])
def test_any_single_value_is_drawn(draw, value):
    ax = draw({"layer": torch.tensor([value])})
    ax.figure.canvas.draw()


def test_tensors_that_learn_are_drawn():
    W = torch.randn((3, 3), generator=seeded()).requires_grad_()
    (W**2).sum().backward()
    activation_histogram({"W": W})
    gradient_histogram({"W": W.grad.float()})
    saturation_picture(W)


def test_they_are_among_what_lessons_import():
    names = ["activation_histogram", "gradient_histogram", "saturation_picture", "update_ratios"]
    assert all(getattr(helpers, name) is globals()[name] for name in names)
    assert set(names) <= set(helpers.__all__)
