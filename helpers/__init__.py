"""The few helpers that the lessons import. Each one is built by hand in a lesson first."""

from helpers.aid.environment import check_environment
from helpers.checks import check
from helpers.descent import count_gradient, count_loss, descend_on_counts, stability_limit
from helpers.likelihood import back_off, mean_nll, smooth
from helpers.names import (
    BOUNDARY,
    bigram_examples,
    build_alphabet,
    context_examples,
    count_bigrams,
    load_names,
    split_names,
)
from helpers.pictures.sliders import live
from helpers.plots.curves import loss_curves
from helpers.plots.heatmap import heatmap
from helpers.plots.layers import (
    activation_histogram,
    gradient_histogram,
    saturation_picture,
    update_ratios,
)
from helpers.remembering.again import start_again
from helpers.remembering.drill import drill
from helpers.remembering.predictions import came_out, predict
from helpers.remembering.progress import progress
from helpers.sampling import from_context, sample_names
from helpers.training import mean_loss, train

__all__ = [
    "BOUNDARY",
    "activation_histogram",
    "back_off",
    "bigram_examples",
    "build_alphabet",
    "came_out",
    "check",
    "check_environment",
    "context_examples",
    "count_bigrams",
    "count_gradient",
    "count_loss",
    "descend_on_counts",
    "drill",
    "from_context",
    "gradient_histogram",
    "heatmap",
    "live",
    "load_names",
    "loss_curves",
    "mean_loss",
    "mean_nll",
    "predict",
    "progress",
    "sample_names",
    "saturation_picture",
    "smooth",
    "split_names",
    "stability_limit",
    "start_again",
    "train",
    "update_ratios",
]
