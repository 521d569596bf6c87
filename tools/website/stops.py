"""The stops that pages keep where a picture has more of them than frames can be drawn.

Every picture that has no entry here keeps stops that lie evenly. These lessons ask their readers to
try certain ones, below the picture: all of those are here, both ends, and a few between.
"""

from __future__ import annotations

KEPT: dict[tuple[str, str], dict[str, list[str]]] = {
    # "Raise the logit of e … add 1, 2, 3 to all … add 87, 88, 89, 90 … add −110"
    ("04_one_hot_network", "softmax-live"): {
        "e": ["-3.0", "0.0", "2.0", "3.0"],
        "m": ["-3.0", "1.0", "3.0"],
        "a": ["-3.0", "0.0", "3.0"],
        "end": ["-3.0", "-1.0", "3.0"],
        "shift": ["-110", "0", "1", "2", "3", "87", "88", "89", "90"],
    },
    # "1,000 steps … the rate from 70 over 74 and 75 to 80 … to 150 and then to 1000 … back to 50 …
    # with 1 step, then 10, then 100"
    ("05_gradient_descent", "live-picture"): {
        "learning_rate": [
            *("0.1", "1", "10", "30", "50", "70", "74", "75", "80", "100", "150", "1000")
        ],
        "strength": ["0", "0.01", "0.1", "1", "10"],
        "steps": ["1", "10", "100", "1,000"],
    },
    # "Gain 0.5 … gain 1 … gain 3 … the last layer's scale, set to 0.01 … width, from 20 to 200 …
    # depth 1, and 8"
    ("07_initialization", "live-picture"): {
        "gain": ["0.2", "0.5", "1", "5/3", "3", "5"],
        "last_scale": ["0.01", "0.1", "1", "3"],
        "depth": ["1", "6", "8"],
        "width": ["20", "100", "200"],
    },
    # "the rate across 0.02 … the momentum to 0.9, and again at 0.038 … from 0 to 0.8 … 0.99 … the
    # steepness to 1 … a rate of 1"
    ("10_training_well", "valley-live"): {
        "rate": [
            *("0.001", "0.005", "0.01", "0.019", "0.0195", "0.02", "0.0205", "0.022", "0.03"),
            *("0.037", "0.038", "0.0385", "0.05", "0.1", "0.3", "1", "2", "4"),
        ],
        "momentum": ["0", "0.5", "0.8", "0.9", "0.99"],
        "steepness": ["1", "10", "100", "1000"],
    },
}
