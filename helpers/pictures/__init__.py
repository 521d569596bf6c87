"""Live pictures: one file each, and the sliders that move them. Lessons import them from here."""

from helpers.pictures.broadcasting import broadcasting_picture
from helpers.pictures.context import context_picture
from helpers.pictures.decay import decay_picture
from helpers.pictures.descent import learning_picture
from helpers.pictures.diagnostics import diagnostics_picture
from helpers.pictures.gradient_check import gradient_check_picture
from helpers.pictures.normalization import coupling_picture, draw_touched
from helpers.pictures.reach import reach_picture
from helpers.pictures.shares import shares_picture
from helpers.pictures.smoothing import smoothing_picture
from helpers.pictures.valley import valley_picture

__all__ = [
    "broadcasting_picture",
    "context_picture",
    "coupling_picture",
    "decay_picture",
    "diagnostics_picture",
    "draw_touched",
    "gradient_check_picture",
    "learning_picture",
    "reach_picture",
    "shares_picture",
    "smoothing_picture",
    "valley_picture",
]
