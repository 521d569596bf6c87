"""Wrong answers to the exercises of lesson 10, and words that their feedback must hold."""


def _momentum(*lines: str) -> str:
    return "def momentum_step(w, velocity, slope, rate, momentum):\n" + _body(lines)


def _body(lines: tuple[str, ...]) -> str:
    return "".join(f"    {line}\n" for line in lines)


_VELOCITY = "velocity = momentum * velocity + slope"


def _rate(result: str) -> str:
    return f"def highest_rate(curvatures, momentum):\n    return {result}"


_M = "m = beta1 * m + (1 - beta1) * slope"
_V = "v = beta2 * v + (1 - beta2) * slope**2"
_M_HAT = "m_hat = m / (1 - beta1**step)"
_V_HAT = "v_hat = v / (1 - beta2**step)"
_STEP = "return w - rate * m_hat / (v_hat.sqrt() + eps), m, v"


def _adam(*lines: str) -> str:
    head = "def adam_step(w, m, v, slope, step, rate, beta1=0.9, beta2=0.999, eps=1e-8):\n"
    return head + _body(lines)


def _adamw(decay: str = "", new: str = "w - rate * step_of_adam", gives: str = "{}, m, v") -> str:
    lines = [
        *([decay] if decay else []),
        "m = 0.9 * m + 0.1 * slope",
        "v = 0.999 * v + 0.001 * slope**2",
        "step_of_adam = (m / (1 - 0.9**step)) / ((v / (1 - 0.999**step)) ** 0.5 + 1e-8)",
        f"return {gives.format(new)}",
    ]
    return "def adamw_step(w, m, v, slope, step, rate, decay):\n" + _body(tuple(lines))


def _schedule(climb: str, fall: str) -> str:
    return (
        "def climb_and_fall(step, steps, highest):\n"
        "    warm = steps // 10\n"
        f"    if step < warm:\n        return {climb}\n"
        f"    return {fall}"
    )


_CLIMB = "highest * (step + 1) / warm"
_FALL = "highest * (steps - step) / (steps - warm)"


def _winner(*lines: str) -> str:
    return "def fair_winner(runs):\n" + _body(lines)


MISTAKES = {
    "10.a slopes of a mean": [
        (
            ("slope_x = 1\nslope_b = 4\nslopes_of_both = [slope_x, slope_b]"),
            "A slope of 1 for a number of x",
        ),
        (("slope_x = 1 / 12\nslope_b = 4\nslopes_of_both = [slope_x, slope_b]"), "A slope of 4"),
        (("slope_x = 1 / 12\nslope_b = 1 / 12\nslopes_of_both = [slope_x, slope_b]"), "one share"),
        (
            ("slope_x = 1 / 4\nslope_b = 1 / 3\nslopes_of_both = [slope_x, slope_b]"),
            "For slope_x this is a 4th",
        ),
        (
            ("slope_x = 1 / 3\nslope_b = 1 / 3\nslopes_of_both = [slope_x, slope_b]"),
            "For slope_x this is a 3rd",
        ),
        (
            ("slope_x = 1 / 12\nslope_b = 1\nslopes_of_both = [slope_x, slope_b]"),
            "For slope_b this is 1",
        ),
        (
            ("slope_x = 1 / 12\nslope_b = 0.25\nslopes_of_both = [slope_x, slope_b]"),
            "For slope_b this is a 4th",
        ),
        (
            ("slope_x = 1 / 12\nslope_b = 1 / 2\nslopes_of_both = [slope_x, slope_b]"),
            "Not right yet: slope_b",
        ),
        (("slope_x = ...\nslope_b = 1 / 3\nslopes_of_both = [slope_x, slope_b]"), "still a ..."),
        (
            ("slope_x = '1/12'\nslope_b = 1 / 3\nslopes_of_both = [slope_x, slope_b]"),
            "quotation marks",
        ),
    ],
    "10.b a healthy rate": [
        ("healthy_rate = 0.4", "would be 0.016"),
        ("healthy_rate = 0.1", "At 0.1 the ratio"),
        ("healthy_rate = 0.004", "is the ratio at a rate"),
        ("healthy_rate = 0.001", "that is wanted"),
        ("healthy_rate = 0.002 / 0.05", "without a rate"),
        ("healthy_rate = 0.001 / 0.002", "thousandth of the weights"),
        ("healthy_rate = 0.0025", "a ten-thousandth"),
        ("healthy_rate = 0.05", "What is the ratio at"),
        ("healthy_rate = '0.025'", "quotation marks"),
    ],
    "10.c the limit of a rate": [
        ("highest = 2 / 3", "takes 3 for the curvature"),
        ("highest = 1 / 6", "one step goes to"),
        ("highest = 6", "6 is the curvature"),
        ("highest = 3", "the factor of w²"),
        ("highest = 2", "a curvature of 1"),
        ("highest = 1 / 12", "takes half of w off"),
        ("highest = 0.5", "takes w to -w"),
        ("highest = '1/3'", "quotation marks"),
    ],
    "10.1 a step with momentum": [
        (_momentum("return w - rate * velocity, momentum * velocity + slope"), "old velocity"),
        (
            _momentum(
                "velocity = momentum * velocity + (1 - momentum) * slope",
                "return w - rate * velocity, velocity",
            ),
            "running mean",
        ),
        (
            _momentum(
                "velocity = momentum * velocity + rate * slope", "return w - velocity, velocity"
            ),
            "rate is in the velocity",
        ),
        (_momentum(_VELOCITY, "return w + rate * velocity, velocity"), "uphill"),
        (_momentum("return w - rate * slope, slope"), "plain descent"),
        (
            _momentum("velocity = velocity + slope", "return w - rate * velocity, velocity"),
            "did not fade",
        ),
        (
            _momentum(_VELOCITY, "return w - rate * (slope + momentum * velocity), velocity"),
            "Nesterov",
        ),
        (
            _momentum(
                "velocity = momentum * velocity - rate * slope", "return w + velocity, velocity"
            ),
            "and the minus with it",
        ),
        (
            _momentum("new = momentum * velocity + slope", "return w - rate * new, velocity"),
            "came back as it was",
        ),
        (_momentum(_VELOCITY, "return w - rate * slope, velocity"), "along the slope alone"),
        (
            _momentum(
                "velocity = momentum * (velocity + slope)", "return w - rate * velocity, velocity"
            ),
            "the slope was faded, too",
        ),
        (
            _momentum("velocity = 0.9 * velocity + slope", "return w - rate * velocity, velocity"),
            "0.9 was taken",
        ),
        (_momentum(_VELOCITY, "return w - rate * velocity"), "one tensor"),
        (_momentum(_VELOCITY, "return velocity, w - rate * velocity"), "changed places"),
        (
            _momentum(
                "velocity *= momentum", "velocity += slope", "return w - rate * velocity, velocity"
            ),
            "the call changed velocity",
        ),
        (_momentum(_VELOCITY, "w -= rate * velocity", "return w, velocity"), "the call changed w"),
        (_momentum(_VELOCITY), "end in a return"),
    ],
    "10.2 the highest rate": [
        (_rate("2 / curvatures.max()"), "without momentum"),
        (_rate("2 * (1 + momentum) / curvatures.min()"), "flattest"),
        (_rate("2 * (1 + momentum) / curvatures[0]"), "limit of the first direction"),
        (_rate("2 * (1 + momentum) / curvatures[-1]"), "limit of the last direction"),
        (_rate("2 * (1 + momentum) / curvatures.mean()"), "mean curvature"),
        (_rate("2 * (1 + momentum) / curvatures.sum()"), "sum of the curvatures"),
        (_rate("2 * (1 - momentum) / curvatures.max()"), "falls with the momentum"),
        (_rate("2 / curvatures.max() / (1 - momentum)"), "builds up"),
        (_rate("(1 + momentum) / curvatures.max()"), "half of the limit"),
        (_rate("2 * (1 + momentum) * curvatures.max()"), "grows with the curvature"),
        (_rate("2 * (1 + momentum) / curvatures"), "one limit for each direction"),
        (_rate("2 + momentum / curvatures.max()"), "expected 0.02"),
    ],
    "10.3 a step of Adam": [
        (_adam(_M, _V, "return w - rate * m / (v.sqrt() + eps), m, v"), "neither m nor v"),
        (_adam(_M, _V, _M_HAT, "return w - rate * m_hat / (v.sqrt() + eps), m, v"), "v was not"),
        (_adam(_M, _V, _V_HAT, "return w - rate * m / (v_hat.sqrt() + eps), m, v"), "m was not"),
        (
            _adam(_M, _V, _M_HAT.replace("**step", ""), _V_HAT.replace("**step", ""), _STEP),
            "that of the first step",
        ),
        (_adam(_M_HAT, _V_HAT, _M, _V, _STEP), "the old m and v"),
        (_adam("beta1, beta2, eps = 0.9, 0.999, 1e-8", _M, _V, _M_HAT, _V_HAT, _STEP), "whatever"),
        (
            _adam(_M, _V, _M_HAT, _V_HAT, "return w - rate * m_hat / v_hat.sqrt(), m, v"),
            "epsilon is missing",
        ),
        (
            _adam(
                "m = (1 - beta1) * m + beta1 * slope",
                "v = (1 - beta2) * v + beta2 * slope**2",
                _M_HAT,
                _V_HAT,
                _STEP,
            ),
            "the shares have changed places",
        ),
        (
            _adam("m = beta1 * m + slope", "v = beta2 * v + slope**2", _M_HAT, _V_HAT, _STEP),
            "the whole slope",
        ),
        (
            _adam(_M, "v = beta2 * v + (1 - beta2) * slope", _M_HAT, _V_HAT, _STEP),
            "the slopes and not their squares",
        ),
        (
            _adam(_M, _V, _M_HAT, _V_HAT, f"return m, v, {_STEP[7:-6]}"),
            "the weights come first",
        ),
        (
            _adam(
                _M,
                _V,
                "m = m / (1 - beta1**step)",
                "v = v / (1 - beta2**step)",
                "return w - rate * m / (v.sqrt() + eps), m, v",
            ),
            "once more",
        ),
        (
            _adam(_M, _V, _M_HAT, _V_HAT, "return w - rate * m_hat / (v_hat + eps), m, v"),
            "root over v",
        ),
        (
            _adam(_M, "v = beta2 * v + (1 - beta2) * slope.abs()", _M_HAT, _V_HAT, _STEP),
            "not their squares",
        ),
        (
            _adam(_M, _V, _M_HAT, _V_HAT, "return w - rate * m_hat / (v_hat + eps).sqrt(), m, v"),
            "under the root",
        ),
        (
            _adam(_M, _V, _M_HAT, _V_HAT, "return w + rate * m_hat / (v_hat.sqrt() + eps), m, v"),
            "uphill",
        ),
        (
            _adam(_M, _V, _V_HAT, "return w - rate * slope / (v_hat.sqrt() + eps), m, v"),
            "not along m",
        ),
        (
            _adam(
                _M.replace("beta1", "beta2"),
                _V.replace("beta2", "beta1"),
                _M_HAT.replace("beta1", "beta2"),
                _V_HAT.replace("beta2", "beta1"),
                _STEP,
            ),
            "beta1 and beta2 have changed places",
        ),
        (_adam(_M, _V, _M_HAT, _V_HAT, _STEP.removesuffix(", m, v")), "one tensor"),
        (_adam(_M, _V, _M_HAT, _V_HAT, _STEP.removesuffix(", v")), "these are two"),
        (
            _adam("m *= beta1", "m += (1 - beta1) * slope", _V, _M_HAT, _V_HAT, _STEP),
            "the call changed m",
        ),
        (
            _adam("beta1 = 0.9", _M, _V, _M_HAT, _V_HAT, _STEP),
            "adam_step(",
        ),
    ],
    "10.4 find the bug": [
        (_adamw("slope = slope + decay * w"), "still in the slope"),
        (_adamw(), "nothing decays"),
        (_adamw(new="(1 - decay) * w - rate * step_of_adam"), "the share decay"),
        (_adamw(new="(1 - rate * decay) * (w - rate * step_of_adam)"), "the step with them"),
        (_adamw(new="(1 + rate * decay) * w - rate * step_of_adam"), "grew"),
        (_adamw(new="(1 - 2 * rate * decay) * w - rate * step_of_adam"), "twice the share"),
        (_adamw(new="(1 - rate * decay) * w - rate * step_of_adam", gives="{}"), "one tensor"),
        (_adamw("w *= 1 - rate * decay"), "the call changed w"),
    ],
    "10.5 a schedule": [
        (
            _schedule("highest * step / warm", "highest * (steps - step) / (steps - warm)"),
            "begins at 0",
        ),
        (_schedule(_CLIMB, "highest"), "never falls"),
        (_schedule(_CLIMB, "highest * (steps - 1 - step) / (steps - 1 - warm)"), "rate of 0"),
        (_schedule(_CLIMB, "highest * (steps - step) / steps"), "over all steps"),
        (_schedule(_CLIMB, "highest * (1 - step / (steps - warm))"), "expected"),
        (_schedule(_CLIMB, "(steps - step) / (steps - warm)"), "climb_and_fall("),
        (
            _schedule(_CLIMB, _FALL).replace("step < warm", "step <= warm"),
            "went on for a step too many",
        ),
        (_schedule(_CLIMB, "highest * (steps - step - 1) / (steps - warm)"), "one part below"),
        (_schedule(_CLIMB, _FALL).replace("//", "/"), "need not be a whole number"),
        (_schedule(_CLIMB, _FALL).replace("steps // 10", "round(steps / 10)"), "rounded"),
        (_schedule("(step + 1) / warm", "(steps - step) / (steps - warm)"), "`highest` is missing"),
        (
            "def climb_and_fall(step, steps, highest):\n"
            "    return [highest * (steps - each) / steps for each in range(steps)]",
            "the rates of many steps",
        ),
    ],
    "10.6 compare fairly": [
        (
            _winner(
                "mean = {n: sum(r.values()) / len(r) for n, r in runs.items()}",
                "return min(mean, key=mean.get)",
            ),
            "best mean",
        ),
        (_winner("return min(runs, key=lambda n: max(runs[n].values()))"), "best worst loss"),
        (_winner("return max(runs, key=lambda n: min(runs[n].values()))"), "highest loss"),
        (_winner("return min(runs, key=lambda n: min(runs[n].values()))"), "a NaN got in the way"),
        (_winner("return min(runs, key=lambda n: list(runs[n].values())[0])"), "the first loss"),
        (_winner("return min(runs, key=lambda n: list(runs[n].values())[-1])"), "the last loss"),
        (_winner("return min(min(r.values()) for r in runs.values())"), "name of a recipe"),
        (_winner("return min(runs, key=lambda n: runs[n][min(runs[n])])"), "at its lowest rate"),
        (_winner("return min(runs, key=lambda n: runs[n][max(runs[n])])"), "at its highest rate"),
        (
            _winner(
                "from math import isnan",
                "whole = lambda r: [each for each in r.values() if not isnan(each)] or [0]",
                "return min(runs, key=lambda n: min(whole(runs[n])))",
            ),
            "nothing but NaN",
        ),
        (
            _winner(
                "from math import isnan",
                "marks = lambda r: [0 if isnan(each) else each for each in r.values()]",
                "return min(runs, key=lambda n: min(marks(runs[n])))",
            ),
            "a recipe with a NaN won",
        ),
        (_winner("return 'AdamW'"), "fair_winner("),
    ],
}
