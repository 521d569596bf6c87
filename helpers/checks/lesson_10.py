"""Exercises of lesson 10, training well."""

import random
from math import inf, isnan, nan

import torch

from helpers.checks import (
    Exercise,
    Mistake,
    entry,
    in_quotes,
    left_open,
    same,
    shown,
    which_number,
)


def _numbers(*shape: int, seed: int = 1, scale: float = 1.0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return scale * torch.randn(shape, generator=generator, dtype=torch.float64)


def _vector(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


# Momentum


def _momentum(w, velocity, slope, rate, momentum):
    velocity = momentum * velocity + slope
    return w - rate * velocity, velocity


def _old_velocity(w, velocity, slope, rate, momentum):
    return w - rate * velocity, momentum * velocity + slope


def _nesterov(w, velocity, slope, rate, momentum):
    velocity = momentum * velocity + slope
    return w - rate * (slope + momentum * velocity), velocity


def _averaged(w, velocity, slope, rate, momentum):
    velocity = momentum * velocity + (1 - momentum) * slope
    return w - rate * velocity, velocity


def _rate_inside(w, velocity, slope, rate, momentum):
    velocity = momentum * velocity + rate * slope
    return w - velocity, velocity


def _uphill(w, velocity, slope, rate, momentum):
    velocity = momentum * velocity + slope
    return w + rate * velocity, velocity


def _no_memory(w, velocity, slope, rate, momentum):
    return w - rate * slope, slope


def _whole_velocity(w, velocity, slope, rate, momentum):
    velocity = velocity + slope
    return w - rate * velocity, velocity


def _faded_slope(w, velocity, slope, rate, momentum):
    velocity = momentum * (velocity + slope)
    return w - rate * velocity, velocity


def _downhill_inside(w, velocity, slope, rate, momentum):
    velocity = momentum * velocity - rate * slope
    return w + velocity, velocity


_MOMENTUM_EXAMPLES = [
    (_vector(1.0), _vector(2.0), _vector(3.0), 0.1, 0.5),
    (_vector(1.0, -1.0), _vector(0.0, 0.0), _vector(0.5, -2.0), 0.5, 0.9),
    (_numbers(2, 3), _numbers(2, 3, seed=2), _numbers(2, 3, seed=3), 0.25, 0.8),
    (_numbers(3, seed=4), _numbers(3, seed=5), _numbers(3, seed=6), 0.1, 0.0),
]


def _any_momentum(rng: random.Random, size: int) -> tuple:
    shape = rng.choice([(size,), (1, size), (size, 2)])
    w, velocity, slope = (_numbers(*shape, seed=rng.randrange(10**6)) for _ in range(3))
    return w, velocity, slope, rng.choice([0.01, 0.1, 1.0, 3.0]), rng.choice([0.0, 0.5, 0.9, 0.99])


# The limit of the rate


def _any_curvatures(rng: random.Random, size: int) -> tuple:
    values = [rng.uniform(0.001, 100) for _ in range(size)]
    return _vector(*values), rng.choice([0.0, 0.3, 0.9, 0.99])


# Adam


def _adam(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope**2
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    return w - rate * m_hat / (v_hat**0.5 + eps), m, v


def _uncorrected(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope**2
    return w - rate * m / (v**0.5 + eps), m, v


def _half_corrected(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope**2
    return w - rate * (m / (1 - beta1**step)) / (v**0.5 + eps), m, v


def _m_uncorrected(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope**2
    return w - rate * m / ((v / (1 - beta2**step)) ** 0.5 + eps), m, v


def _corrected_once(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope**2
    return w - rate * (m / (1 - beta1)) / ((v / (1 - beta2)) ** 0.5 + eps), m, v


def _old_means(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope**2
    return w - rate * m_hat / (v_hat**0.5 + eps), m, v


def _swapped_shares(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = (1 - beta1) * m + beta1 * slope
    v = (1 - beta2) * v + beta2 * slope**2
    return w - rate * (m / (1 - beta1**step)) / ((v / (1 - beta2**step)) ** 0.5 + eps), m, v


def _sums(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + slope, beta2 * v + slope**2
    return w - rate * (m / (1 - beta1**step)) / ((v / (1 - beta2**step)) ** 0.5 + eps), m, v


def _slopes_for_squares(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope
    return w - rate * (m / (1 - beta1**step)) / ((v / (1 - beta2**step)) ** 0.5 + eps), m, v


def _kept_corrected(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    w, m, v = _adam(w, m, v, slope, step, rate, beta1, beta2, eps)
    return w, m / (1 - beta1**step), v / (1 - beta2**step)


def _without_root(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope**2
    return w - rate * (m / (1 - beta1**step)) / (v / (1 - beta2**step) + eps), m, v


def _squares_forgotten(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope.abs()
    return w - rate * (m / (1 - beta1**step)) / ((v / (1 - beta2**step)) ** 0.5 + eps), m, v


def _eps_inside(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * slope
    v = beta2 * v + (1 - beta2) * slope**2
    return w - rate * (m / (1 - beta1**step)) / (v / (1 - beta2**step) + eps) ** 0.5, m, v


def _swapped_betas(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(w, m, v, slope, step, rate, beta2, beta1, eps)


def _adam_uphill(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    new, m, v = _adam(w, m, v, slope, step, rate, beta1, beta2, eps)
    return 2 * w - new, m, v


def _slope_on_top(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    _, m, v = _adam(w, m, v, slope, step, rate, beta1, beta2, eps)
    return w - rate * slope / ((v / (1 - beta2**step)) ** 0.5 + eps), m, v


_ADAM_EXAMPLES = [
    (_vector(1.0), _vector(0.0), _vector(0.0), _vector(0.5), 1, 0.1),
    (_vector(1.0, -1.0), _vector(0.5, 0.0), _vector(4.0, 1.0), _vector(2.0, -1.0), 3, 0.1),
    # Slopes as small as epsilon, and none at all: here epsilon shows.
    (_vector(0.5, 0.5), _vector(0.0, 0.0), _vector(0.0, 0.0), _vector(1e-8, 0.0), 1, 0.1),
    (_vector(0.5, 2.0), _vector(0.1, 0.2), _vector(0.3, 0.1), _vector(1.0, 2.0), 7, 0.2, 0.5, 0.8),
]


def _any_adam(rng: random.Random, size: int) -> tuple:
    w, m, slope = (_numbers(size, seed=rng.randrange(10**6)) for _ in range(3))
    v = _numbers(size, seed=rng.randrange(10**6)).square()
    return w, m, v, slope * 10 ** rng.uniform(-3, 2), rng.randrange(1, 50), rng.choice([0.01, 0.1])


def _adamw(w, m, v, slope, step, rate, decay):
    new, m, v = _adam(w, m, v, slope, step, rate)
    return new - rate * decay * w, m, v


def _in_slope(w, m, v, slope, step, rate, decay):
    return _adam(w, m, v, slope + decay * w, step, rate)


def _no_decay(w, m, v, slope, step, rate, decay):
    return _adam(w, m, v, slope, step, rate)


def _without_rate(w, m, v, slope, step, rate, decay):
    new, m, v = _adam(w, m, v, slope, step, rate)
    return new - decay * w, m, v


def _decayed_after(w, m, v, slope, step, rate, decay):
    new, m, v = _adam(w, m, v, slope, step, rate)
    return (1 - rate * decay) * new, m, v


def _growing(w, m, v, slope, step, rate, decay):
    new, m, v = _adam(w, m, v, slope, step, rate)
    return new + rate * decay * w, m, v


def _decayed_by_half(w, m, v, slope, step, rate, decay):
    new, m, v = _adam(w, m, v, slope, step, rate)
    return new - 2 * rate * decay * w, m, v


_ADAMW_EXAMPLES = [
    (_vector(1.0), _vector(0.0), _vector(0.0), _vector(0.0), 1, 0.1, 0.5),
    (_vector(2.0, -1.0), _vector(0.5, 0.0), _vector(4.0, 1.0), _vector(2.0, -1.0), 3, 0.1, 0.2),
    (_vector(2.0, -1.0), _vector(0.5, 0.0), _vector(4.0, 1.0), _vector(2.0, -1.0), 3, 0.5, 0.9),
]


def _any_adamw(rng: random.Random, size: int) -> tuple:
    return (*_any_adam(rng, size)[:6], rng.choice([0.0, 0.01, 0.1, 1.0]))


# A schedule


def _schedule(step, steps, highest):
    warm = steps // 10
    if step < warm:
        return highest * (step + 1) / warm
    return highest * (steps - step) / (steps - warm)


def _from_zero(step, steps, highest):
    warm = steps // 10
    return highest * step / warm if step < warm else _schedule(step, steps, highest)


def _never_falls(step, steps, highest):
    return _schedule(step, steps, highest) if step < steps // 10 else highest


def _to_zero(step, steps, highest):
    warm = steps // 10
    if step < warm:
        return _schedule(step, steps, highest)
    return highest * (steps - 1 - step) / (steps - 1 - warm)


def _fall_from_the_start(step, steps, highest):
    warm = steps // 10
    return _schedule(step, steps, highest) if step < warm else highest * (steps - step) / steps


_SCHEDULE_EXAMPLES = [(0, 20, 1.0), (1, 20, 1.0), (2, 20, 1.0), (11, 20, 1.0), (19, 20, 1.0)]
_SCHEDULE_EXAMPLES += [(0, 10, 0.5), (1, 10, 0.5), (700, 1009, 0.01)]


def _with_warm(warm):
    """The schedule, with another way to find out how long the climb is."""

    def schedule(step, steps, highest):
        climb = warm(steps)
        if step < climb:
            return highest * (step + 1) / climb
        return highest * (steps - step) / (steps - climb)

    return schedule


def _climb_too_long(step, steps, highest):
    warm = steps // 10
    return highest * (step + 1) / warm if step == warm else _schedule(step, steps, highest)


def _a_part_too_low(step, steps, highest):
    warm = steps // 10
    if step < warm:
        return _schedule(step, steps, highest)
    return highest * (steps - step - 1) / (steps - warm)


def _any_schedule(rng: random.Random, size: int) -> tuple:
    steps = rng.randrange(10, 10 + 20 * size)
    return rng.randrange(steps), steps, rng.choice([0.003, 0.1, 1.0, 50.0])


# A fair comparison


def _winner(runs):
    best = {
        name: min((loss for loss in losses.values() if not isnan(loss)), default=inf)
        for name, losses in runs.items()
    }
    return min(best, key=best.get)


def _by(choose):
    """The winner when `choose` makes one number of a recipe's losses."""

    def winner(runs):
        marks = {name: choose(list(losses.values())) for name, losses in runs.items()}
        return min(marks, key=marks.get)

    return winner


def _mean(losses):
    return sum(losses) / len(losses)


def _at_the_same_rate(runs):
    shared = set.intersection(*(set(losses) for losses in runs.values()))
    rate = min(shared)
    return min(runs, key=lambda name: runs[name][rate])


def _with_its_rate(runs):
    name = _winner(runs)
    return name, min(runs[name], key=runs[name].get)


_RUNS = [
    ({"SGD": {0.1: 2.31, 1: 2.22}, "AdamW": {0.01: 2.19, 0.1: 2.41}},),
    ({"A": {0.01: 2.5, 0.1: 2.1, 1: 3.0}, "B": {0.01: 2.3, 0.1: 2.2, 1: 2.25}},),
    ({"A": {0.1: 2.3}, "B": {0.1: nan, 0.01: 2.2}},),
    ({"A": {0.1: nan}, "B": {0.1: 2.9, 0.3: nan}, "C": {0.1: 3.1}},),
]


def _any_runs(rng: random.Random, size: int) -> tuple:
    losses = [2 + each / 1000 for each in rng.sample(range(1, 2000), 4 * (size + 1))]
    runs = {}
    for place in range(min(size + 1, 20)):
        rates = rng.sample([0.001, 0.01, 0.1, 1], rng.randrange(1, 5))
        runs[f"recipe {place}"] = {
            rate: nan
            if rng.random() < 0.15 and len(rates) > 1 and rate != rates[0]
            else losses.pop()
            for rate in rng.sample(rates, len(rates))
        }
    return (runs,)


# Before you start


def _number_is(number: float, says: str, absolute: float = 1e-3) -> Mistake:
    return Mistake(lambda got: same(number, got, absolute=absolute), says, test=True)


_A_TEXT = Mistake(
    lambda got: isinstance(got, str), "A number is written without quotation marks.", test=True
)


EXERCISES = {
    "10.a slopes of a mean": Exercise(
        answer=[1 / 12, 4 / 12],
        absolute=1e-3,
        explain=which_number(
            "slope_x",
            "slope_b",
            hint="If one of them is nudged by 1, which of the 12 numbers change, and by how much "
            "does their mean?",
            absolute=1e-3,
        ),
        notice="A mean hands each number a share, and a number that was stretched over 4 rows "
        "collects 4 of them.",
        mistakes=[
            left_open("One of the two is still a ... ."),
            in_quotes(),
            entry(
                0,
                1,
                "A slope of 1 for a number of x would be right for a sum. The loss is a mean.",
                1e-3,
            ),
            entry(
                1,
                4,
                "A slope of 4 for a number of b would be right for a sum. The loss is a mean.",
                1e-3,
            ),
            entry(
                1,
                1 / 12,
                "For slope_b this is one share. A number of b was stretched over 4 rows, and used "
                "in each.",
                1e-3,
            ),
            entry(
                0, 1 / 4, "For slope_x this is a 4th. Over how many numbers goes the mean?", 1e-3
            ),
            entry(
                0, 1 / 3, "For slope_x this is a 3rd. Over how many numbers goes the mean?", 1e-3
            ),
            entry(
                1,
                1,
                "For slope_b this is 1. Of the 12 numbers, not all change with one number of b.",
                1e-3,
            ),
            entry(
                1, 1 / 4, "For slope_b this is a 4th. Over how many numbers goes the mean?", 1e-3
            ),
        ],
    ),
    "10.b a healthy rate": Exercise(
        answer=0.025,
        notice="At 0.1 the ratio is 0.004, four times too much, and it is proportional to the "
        "rate.",
        explain=lambda expected, got: (
            f"It is not {shown(got)}. What is the ratio at a rate of 0.1? And how does it change "
            "with the rate?"
        ),
        mistakes=[
            _A_TEXT,
            _number_is(0.4, "0.4 is four times as much. With it the ratio would be 0.016.", 1e-6),
            _number_is(0.1, "At 0.1 the ratio is 0.004: the rate times 0.002, over 0.05.", 1e-6),
            _number_is(
                0.004,
                "0.004 is the ratio at a rate of 0.1. Which rate makes it a thousandth?",
                1e-6,
            ),
            _number_is(
                0.001,
                "0.001 is the ratio that is wanted. The rate that gives it is asked for.",
                1e-6,
            ),
            _number_is(0.04, "0.04 is the slopes over the weights, without a rate.", 1e-6),
            _number_is(
                0.5,
                "0.5 makes the std of the update 0.001. It is to be a thousandth of the weights.",
                1e-6,
            ),
            _number_is(0.0025, "At 0.0025 the ratio is 0.0001, a ten-thousandth.", 1e-6),
        ],
    ),
    "10.c the limit of a rate": Exercise(
        answer=1 / 3,
        absolute=5e-3,
        notice="The slope is 6w, so the curvature is 6, and 2 / 6 the limit. Beyond it each step "
        "lands further out on the other side.",
        explain=lambda expected, got: (
            f"It is not {shown(got)}. What is the slope of 3w² at w? A step at the limit takes w "
            "to -w."
        ),
        mistakes=[
            _A_TEXT,
            _number_is(
                2 / 3,
                "2 / 3 takes 3 for the curvature. The curvature says how fast the slope changes.",
            ),
            _number_is(1 / 6, "With 1 / 6 one step goes to the lowest point. The limit is higher."),
            _number_is(6, "6 is the curvature. The steeper a loss is curved, the lower the limit."),
            _number_is(
                3, "3 is the factor of w². The steeper a loss is curved, the lower the limit."
            ),
            _number_is(
                2, "2 is the limit for a curvature of 1. This loss is curved more than that."
            ),
            _number_is(
                1 / 12,
                "With 1 / 12 each step takes half of w off, and it settles. The limit is higher.",
            ),
        ],
    ),
    "10.1 a step with momentum": Exercise(
        answer=_momentum,
        examples=_MOMENTUM_EXAMPLES,
        generate=_any_momentum,
        notice="The velocity remembers all slopes so far, each of them faded once a step.",
        mistakes=[
            Mistake(
                _old_velocity,
                "the weights moved along the old velocity. First make the new one, then go along "
                "it.",
            ),
            Mistake(
                _averaged,
                "the slope came in times 1 - momentum. That is a running mean, as in batch norm "
                "and in Adam; here the whole slope is added.",
            ),
            Mistake(
                _rate_inside,
                "the rate is in the velocity. Then a change of the rate does not reach what is "
                "already in it. Multiply by the rate where the weights move.",
            ),
            Mistake(
                _downhill_inside,
                "the rate is in the velocity, and the minus with it. Keep the slopes alone there: "
                "take the rate, and subtract, where the weights move.",
            ),
            Mistake(_uphill, "the weights moved along the velocity, uphill. Subtract it."),
            Mistake(
                lambda *example: (_momentum(*example)[0], example[1]),
                "the weights are right, and the velocity came back as it was. The next step needs "
                "the new one.",
            ),
            Mistake(
                lambda w, velocity, slope, rate, momentum: (
                    w - rate * slope,
                    momentum * velocity + slope,
                ),
                "the velocity is right, and the weights moved along the slope alone.",
            ),
            Mistake(
                _faded_slope,
                "the slope was faded, too. It comes in whole, after the old velocity has faded.",
            ),
            Mistake(
                lambda w, velocity, slope, rate, momentum: _momentum(w, velocity, slope, rate, 0.9),
                "0.9 was taken, whatever `momentum` is.",
            ),
            Mistake(_no_memory, "the old velocity had no effect: this is a step of plain descent."),
            Mistake(
                _whole_velocity,
                "the old velocity did not fade. Multiply it by the momentum before the slope is "
                "added.",
            ),
            Mistake(
                _nesterov,
                "this is Nesterov's momentum, which looks one step ahead. Here the weights move by "
                "rate times the new velocity.",
            ),
            Mistake(
                lambda got: isinstance(got, torch.Tensor),
                "this is one tensor. Return both, the weights first: return w, velocity.",
                test=True,
            ),
            Mistake(
                lambda *example: _momentum(*example)[::-1],
                "the two have changed places. Return the weights first, then the velocity.",
            ),
        ],
    ),
    "10.2 the highest rate": Exercise(
        answer=lambda curvatures, momentum: 2 * (1 + momentum) / curvatures.max().item(),
        examples=[
            (_vector(1.0, 100.0), 0.0),
            (_vector(1.0, 100.0), 0.9),
            (_vector(4.0), 0.5),
            (_vector(50.0, 0.5, 2.0), 0.25),
        ],
        generate=_any_curvatures,
        notice="The steepest direction sets the limit for all others, however flat they are.",
        mistakes=[
            Mistake(
                lambda curvatures, momentum: 2 / curvatures.max().item(),
                "this is the limit without momentum, whatever the momentum is.",
            ),
            Mistake(
                lambda curvatures, momentum: 2 * (1 + momentum) / curvatures.min().item(),
                "this is the limit of the flattest direction. A steeper one breaks before.",
            ),
            *(
                Mistake(
                    lambda curvatures, momentum, place=place: (
                        2 * (1 + momentum) / curvatures[place].item()
                    ),
                    f"this is the limit of the {name} direction. Which one breaks first depends on "
                    "the curvatures, and not on their order.",
                )
                for place, name in ((0, "first"), (-1, "last"))
            ),
            Mistake(
                lambda curvatures, momentum: 2 * (1 + momentum) / curvatures.mean().item(),
                "this is the limit of the mean curvature. The steepest direction breaks before.",
            ),
            Mistake(
                lambda curvatures, momentum: 2 * (1 + momentum) / curvatures.sum().item(),
                "this divides by the sum of the curvatures, and is lower than the limit. Which of "
                "the directions breaks first?",
            ),
            Mistake(
                lambda curvatures, momentum: 2 * (1 - momentum) / curvatures.max().item(),
                "this falls with the momentum. With momentum the limit is higher than without.",
            ),
            Mistake(
                lambda curvatures, momentum: 2 / (1 - momentum) / curvatures.max().item(),
                "this is 2 / c divided by 1 - momentum. That is how far a slope that stays the "
                "same builds up; the limit is another formula.",
            ),
            Mistake(
                lambda curvatures, momentum: (1 + momentum) / curvatures.max().item(),
                "this is half of the limit.",
            ),
            Mistake(
                lambda curvatures, momentum: 2 * (1 + momentum) * curvatures.max().item(),
                "this grows with the curvature. Where it is steeper, the limit is lower.",
            ),
            Mistake(
                lambda curvatures, momentum: 2 * (1 + momentum) / curvatures,
                "this holds one limit for each direction. Which one is asked for?",
            ),
        ],
    ),
    "10.3 a step of Adam": Exercise(
        answer=_adam,
        examples=_ADAM_EXAMPLES,
        generate=_any_adam,
        tolerance=1e-7,
        notice="In the first step, each weight moves by one rate, whatever the size of its slope.",
        mistakes=[
            Mistake(
                _uncorrected,
                "neither m nor v was corrected for having begun at 0: the first steps are too "
                "large.",
            ),
            Mistake(_half_corrected, "v was not corrected for having begun at 0."),
            Mistake(_m_uncorrected, "m was not corrected for having begun at 0."),
            Mistake(
                _corrected_once,
                "the correction was that of the first step. In step t it takes beta to the power "
                "of t.",
            ),
            Mistake(
                _old_means,
                "the weights moved by the old m and v. First the new ones, then the step.",
            ),
            Mistake(
                lambda w, m, v, slope, step, rate, *more: _adam(w, m, v, slope, step, rate),
                "0.9, 0.999 and 1e-8 were taken, whatever beta1, beta2 and eps are.",
            ),
            Mistake(
                lambda w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8: _adam(
                    w, m, v, slope, step, rate, beta1, beta2, 0.0
                ),
                "epsilon is missing: where all slopes were 0, 0 is divided by 0.",
            ),
            Mistake(
                _swapped_shares,
                "the shares have changed places: a running mean keeps beta of itself, and takes in "
                "1 - beta of what is new.",
            ),
            Mistake(
                _sums,
                "m and v took in the whole slope and its whole square. A mean takes in the share "
                "1 - beta.",
            ),
            Mistake(
                _kept_corrected,
                "the corrected m and v were returned. Keep them as they are: otherwise the next "
                "step corrects them once more.",
            ),
            Mistake(_without_root, "the root over v is missing: the step is divided by a square."),
            Mistake(_squares_forgotten, "v took in the slopes' size and not their squares."),
            Mistake(_slopes_for_squares, "v took in the slopes and not their squares."),
            Mistake(
                lambda *example: (lambda w, m, v: (m, v, w))(*_adam(*example)),
                "the three have changed places: the weights come first.",
            ),
            Mistake(_eps_inside, "epsilon went under the root. It is added to the root."),
            Mistake(
                _swapped_betas, "beta1 and beta2 have changed places: beta1 is for the slopes."
            ),
            Mistake(_adam_uphill, "the weights moved uphill. Subtract the step."),
            Mistake(
                _slope_on_top,
                "the weights moved along the slope and not along m, its running mean.",
            ),
            Mistake(
                lambda got: isinstance(got, torch.Tensor),
                "this is one tensor. Return three: return w, m, v.",
                test=True,
            ),
            Mistake(
                lambda got: isinstance(got, list | tuple) and len(got) == 2,
                "these are two. Return three: return w, m, v.",
                test=True,
            ),
        ],
    ),
    "10.4 find the bug": Exercise(
        answer=_adamw,
        examples=_ADAMW_EXAMPLES,
        generate=_any_adamw,
        tolerance=1e-7,
        notice="A weight without slopes now shrinks by the share rate · decay in each step.",
        mistakes=[
            Mistake(_in_slope, "the decay is still in the slope: m and v know of it."),
            Mistake(
                _no_decay, "nothing decays any more. The weights are to shrink beside the slope."
            ),
            Mistake(
                _without_rate,
                "the weights shrank by the share decay. It is rate times decay, so that a schedule "
                "lowers both.",
            ),
            Mistake(
                _decayed_after,
                "the new weights were shrunk, the step with them. Shrink the old ones: (1 - rate * "
                "decay) * w.",
            ),
            Mistake(_growing, "the weights grew by the decay. They are to shrink."),
            Mistake(
                _decayed_by_half,
                "the weights shrank by twice the share rate times decay.",
            ),
            Mistake(
                lambda got: isinstance(got, torch.Tensor),
                "this is one tensor. Return three: return w, m, v.",
                test=True,
            ),
        ],
    ),
    "10.5 a schedule": Exercise(
        answer=_schedule,
        examples=_SCHEDULE_EXAMPLES,
        generate=_any_schedule,
        tolerance=1e-7,
        notice="No step has a rate of 0: such a step would be wasted.",
        mistakes=[
            Mistake(
                _from_zero,
                "the climb begins at 0, and the first step is wasted. Step 0 has highest / warm.",
            ),
            Mistake(_never_falls, "the rate stays at its highest: it never falls."),
            Mistake(
                _to_zero,
                "the last step has a rate of 0, and is wasted. One part above 0 is asked for.",
            ),
            Mistake(
                _fall_from_the_start,
                "the fall was measured over all steps. Where it begins, in step warm, the rate is "
                "to be the highest.",
            ),
            Mistake(
                _climb_too_long,
                "in step warm the rate is above the highest: the climb went on for a step too "
                "many.",
            ),
            Mistake(
                _a_part_too_low,
                "the fall begins one part below the highest, and the last step has a rate of 0.",
            ),
            Mistake(
                _with_warm(lambda steps: steps / 10),
                "the climb takes steps / 10 here, which need not be a whole number. steps // 10 "
                "is one.",
            ),
            Mistake(
                _with_warm(lambda steps: round(steps / 10)),
                "the climb takes steps / 10, rounded, and steps // 10 leaves away what is behind "
                "the point.",
            ),
            Mistake(
                lambda step, steps, highest: _schedule(step, steps, 1.0),
                "these are shares of the highest rate: `highest` is missing.",
            ),
            Mistake(
                lambda got: isinstance(got, list | tuple) or getattr(got, "ndim", 0) > 0,
                "these are the rates of many steps. The rate of one step is asked for.",
                test=True,
            ),
        ],
    ),
    "10.6 compare fairly": Exercise(
        answer=_winner,
        examples=_RUNS,
        generate=_any_runs,
        notice="Whoever wins at one rate for all has won a comparison of rates.",
        mistakes=[
            Mistake(_by(_mean), "the recipe with the best mean won. Each is to have its own best."),
            Mistake(_by(max), "the recipe with the best worst loss won. Each is to have its best."),
            Mistake(
                _by(lambda losses: losses[0]),
                "the first loss of each recipe was compared. Each is to have its own best rate.",
            ),
            Mistake(
                _by(lambda losses: losses[-1]),
                "the last loss of each recipe was compared. Each is to have its own best rate.",
            ),
            Mistake(
                lambda runs: max(runs, key=lambda name: min(runs[name].values())),
                "the recipe with the highest loss won. A lower loss is better.",
            ),
            Mistake(
                _by(min),
                "a NaN got in the way: min keeps a NaN that comes first. Leave those out.",
            ),
            *(
                Mistake(
                    lambda runs, of=of: min(runs, key=lambda name: runs[name][of(runs[name])]),
                    f"each recipe was taken at its {which} rate. Each is to have its best one.",
                )
                for of, which in ((min, "lowest"), (max, "highest"))
            ),
            Mistake(
                lambda expected, got, runs: all(map(isnan, runs[got].values())),
                "a recipe won that has nothing but NaN. It cannot win.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, runs: any(map(isnan, runs[got].values())),
                "a recipe with a NaN won. A training that broke off is to count for nothing.",
                sees=True,
            ),
            Mistake(_with_its_rate, "the name alone is asked for, without its rate."),
            Mistake(
                lambda got: isinstance(got, dict | float | tuple | list),
                "the name of a recipe is asked for, such as 'SGD'.",
                test=True,
            ),
        ],
    ),
}
