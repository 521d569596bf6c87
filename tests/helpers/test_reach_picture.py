"""Lesson 11's live picture: which letters reach a prediction."""

from functools import partial

import matplotlib.pyplot as plt
import pytest
import torch
from shared.in_the_kernel import assert_makes_no_artists, assert_reset_restores

from helpers.pictures.reach import draw_reach, reach_picture

STOI = {".": 0, **{letter: place for place, letter in enumerate("abelis", start=1)}}


def look(name, place):
    indices = [STOI[c] for c in name] + [0]
    place = min(place, len(indices))
    context = ([0] * 8 + indices)[place - 1 : place + 7]
    flat = torch.arange(1.0, 9.0)
    return context, indices[place - 1], {"flat": flat, "tree": flat.flip(0) * 3}


@pytest.fixture
def drawn():
    with plt.style.context("helpers.course"):
        yield draw_reach(look, STOI, "isabella")


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_what_reaches_a_letter(drawn):
    drawn[1](name="isabella", place=6)
    return drawn[0]


def test_it_shows_what_is_computed(drawn):
    figure, update = drawn
    text = update(name="isabella", place=4)
    heights = [bar.get_height() for bar in figure.axes[0].patches if bar.get_visible()]
    flat = [each / 36 for each in range(1, 9)]
    assert heights == pytest.approx(flat + flat[::-1])
    head, of_flat, of_tree = text.splitlines()
    assert head.split() == [".", ".", ".", ".", ".", "i", "s", "a"]
    assert of_flat.split() == ["flat", *(f"{each:.0%}" for each in flat)]
    assert of_tree.split() == ["tree", *(f"{each:.0%}" for each in flat[::-1])]
    assert figure.axes[0].get_title(loc="left") == "After isa: what reaches b"
    shown = "".join(t.get_text() for t in figure.axes[0].texts if len(t.get_text()) == 1)
    assert shown == ".....isa"


@pytest.mark.parametrize(("name", "place"), [("", 1), ("", 9), ("a", 16), (" Isabella. ", 3)])
def test_any_name_may_be_typed(drawn, name, place):
    assert drawn[1](name=name, place=place)


@pytest.mark.parametrize("name", ["zoe", "is.a", "ísa"])
def test_what_the_networks_have_never_seen_is_said(name):
    picture = reach_picture(look, STOI, ["abel", "isabella"])
    before = picture.picture.value
    picture.controls["name"].value = name
    assert "the networks have never seen" in picture.message.value
    assert picture.picture.value == before
    picture.reset()
    assert picture.message.value == ""


def test_reset_brings_back_the_first_picture():
    picture = reach_picture(look, STOI, ["abel", "isabella"])
    assert str(picture) == "Live picture: name = isabella, place = 6"
    assert_reset_restores(picture, name="abel", place=2)


def test_a_move_changes_artists_and_makes_none(drawn):
    figure, update = drawn
    assert_makes_no_artists(figure, [partial(update, "abel", place) for place in (1, 3, 16)])
