"""The few helpers that the lessons import. Each one is built by hand in a lesson first."""

from helpers.checks import check
from helpers.likelihood import mean_nll, smooth
from helpers.names import BOUNDARY, bigram_examples, build_alphabet, count_bigrams, load_names
from helpers.plots import heatmap
from helpers.sampling import sample_names
from helpers.sliders import live

__all__ = [
    "BOUNDARY",
    "bigram_examples",
    "build_alphabet",
    "check",
    "count_bigrams",
    "heatmap",
    "live",
    "load_names",
    "mean_nll",
    "sample_names",
    "smooth",
]
