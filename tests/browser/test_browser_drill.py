"""The drill in a real browser, answered from the keyboard alone."""

import re

import pytest
import torch
from playwright.sync_api import Locator, expect
from shared.browser import SECOND, Lab, Notebook, code, write_notebook

from conftest import on_screen

FOCUSED = "document.activeElement.closest('.drill') ? document.activeElement.tagName : ''"
RING = "getComputedStyle(document.activeElement).outline"


def answer_to(question: str) -> str:
    """The shape that is asked for, worked out from what is on screen."""
    sizes = re.search(r"x has shape (\([\d, ]+\))", question)[1]
    call = re.search(r"x\.sum\((\d)(, keepdim=True)?\)", question)
    x = torch.zeros([int(size) for size in sizes.strip("()").split(", ")])
    return str(list(x.sum(int(call[1]), keepdim=bool(call[2])).shape))


def says(part: Locator, words: str) -> None:
    """Wait until it does; a busy machine may take its time."""
    expect(part).to_contain_text(words, timeout=60 * SECOND)


@pytest.mark.parametrize("classic", [False, True], ids=["Lab", "Notebook 7"])
def test_questions_are_answered_from_the_keyboard_alone(request, chromium, lab: Lab, classic):
    source = 'from helpers import drill\n\ndrill("2 keepdim")'
    name = write_notebook(lab, f"drill_{classic}", code(source))
    notebook: Notebook = on_screen(request, chromium, lab, name).open(classic=classic)
    page, press = notebook.page, notebook.page.keyboard.press
    notebook.cells.first.locator(".cm-content").click()
    press("Control+Enter")
    question = page.locator(".drill .widget-html").first
    reply = page.locator(".drill .widget-html").last
    says(question, "keepdim · new")
    for _ in range(5):
        press("Tab")
        if page.evaluate(FOCUSED) == "INPUT":
            break
    assert page.evaluate(RING) == "rgb(25, 118, 210) solid 2px", "one sees where one is"

    page.keyboard.type("three, one")
    press("Enter")
    says(reply, "Not counted.")
    press("ControlOrMeta+a")
    page.keyboard.type("97,5")  # quickly: what is judged is all of it
    press("Enter")
    says(reply, "(97, 5) is not it.")
    expect(reply.locator("[role=alert]")).to_be_visible()
    page.wait_for_timeout(SECOND / 2)
    press("Enter")
    says(question, "missed the last time · 0 of 1 right")
    expect(page.locator(".drill input")).to_have_value("")
    expect(page.get_by_label("Your answer")).to_be_focused()
    page.keyboard.type(answer_to(question.inner_text()))
    press("Enter")
    says(reply, "✓ Right.")
    assert page.evaluate(FOCUSED) == "INPUT"
    page.wait_for_timeout(SECOND / 2)
    press("Enter")
    says(question, "1 of 2 right")

    # Without the keyboard, too.
    page.locator(".drill input").fill("?")
    page.get_by_role("button", name="Answer").click()
    says(reply, "Now you know.")
    assert page.evaluate(FOCUSED) == "INPUT", "Enter goes on"
