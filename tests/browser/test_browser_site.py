"""The site in a real Chromium. `make site ARGS=--check` walks over every stop of every control."""

import re

import pytest
from shared.scripts import load_website

(check,) = load_website("check")
CELL = ("08_batch_norm", "coupling-picture")


@pytest.fixture(scope="module")
def in_folder(chromium, site):
    """A page, the address of the site's folder, and what went wrong in it so far."""
    base = site.as_uri() + "/"
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    yield page, base, check.watched(page, base)
    page.close()


def data_of(site, lesson=CELL[0], cell=CELL[1]):
    return check.read_frames(site / "frames" / lesson / f"{cell}.js")


def test_every_page_opens_without_an_error_and_asks_for_nothing_from_elsewhere(site, in_folder):
    page, base, troubles = in_folder
    for file in sorted(site.glob("*.html")):
        page.goto(base + file.name)
        broken = "all => all.filter(one => !one.naturalWidth).map(one => one.src)"
        assert page.locator("img").evaluate_all(broken) == []
    assert troubles == []


@pytest.mark.parametrize("lesson", ["02_broadcasting", "08_batch_norm"])
def test_by_keyboard_each_control_brings_its_frame_and_text(site, chromium, lesson):
    """From a plain web server; the fetched parts of a page are small."""
    with check.served(site) as base:
        page = chromium.new_page()
        troubles, sizes = check.watched(page, base), []
        page.on("response", lambda got: sizes.append(len(got.body())))
        page.goto(f"{base}{lesson}.html")
        page.wait_for_load_state("networkidle")
        assert sum(sizes) < check.FIRST_VIEW
        for script in sorted((site / "frames" / lesson).glob("*.js")):
            walked = check.walk(page, script.stem, check.read_frames(script), most=4)
            assert walked.troubles == []
            assert walked.times
        page.close()
    assert troubles == []


def test_the_next_frames_are_loaded_before_they_are_asked_for(site, in_folder):
    page, base, _ = in_folder
    page.goto("about:blank")
    page.goto(f"{base}{CELL[0]}.html")
    figure = page.locator(f"figure#{CELL[1]}")
    figure.scroll_into_view_if_needed()
    figure.locator("input").first.focus()
    loaded = "figure => [...figure.livePicture.loaded.values()].filter(one => one.ready).length"
    page.wait_for_function(f"figure => ({loaded})(figure) >= 2", arg=figure.element_handle())


def test_a_setting_is_part_of_the_address_and_leads_back_to_it(site, in_folder):
    page, base, troubles = in_folder
    page.goto("about:blank")
    page.goto(f"{base}{CELL[0]}.html")
    figure = page.locator(f"figure#{CELL[1]}")
    figure.locator("input").first.press("End")
    last = data_of(site)["controls"][0]
    page.wait_for_function("location.hash.includes('?')")
    address = page.url
    assert f"{last['name']}={last['stops'][-1]}" in address
    says = figure.locator(".says").inner_text()
    page.goto("about:blank")
    page.goto(address)
    assert figure.locator("output").first.inner_text() == last["stops"][-1]
    assert figure.locator(".says").inner_text() == says
    assert "webp" in figure.locator("img").evaluate("image => image.currentSrc")
    assert figure.locator("img").get_attribute("alt").startswith("Live picture: ")
    figure.get_by_role("button", name="Reset").click()
    assert figure.locator("output").first.inner_text() == last["stops"][last["first"]]
    page.wait_for_function("!location.hash.includes('?')")
    assert troubles == []


def test_the_picture_stands_where_no_script_may_run(site, chromium):
    page = chromium.new_page(java_script_enabled=False)
    page.goto(f"{site.as_uri()}/{CELL[0]}.html")
    image = page.locator(f"figure#{CELL[1]} img")
    box = image.bounding_box()
    assert box["width"] > 300
    assert box["height"] > 100
    assert re.match("Live picture: .+ Horizontal axis", image.get_attribute("alt"))
    assert "where scripts may run" in page.locator(f"figure#{CELL[1]} figcaption").inner_text()
    page.close()


def test_the_search_finds_a_section_and_leads_there(in_folder):
    page, base, troubles = in_folder
    page.goto(f"{base}index.html")
    page.get_by_label("Search all lessons").fill("keepdim false")
    link = page.locator(".found a").filter(has_text="Why keepdim is False by default")
    link.first.click()
    page.wait_for_url("**/02_broadcasting.html#*")
    assert page.locator(":target").inner_text() == "Why keepdim is False by default"
    page.get_by_label("Search all lessons").fill("no such words anywhere")
    page.get_by_text("0 places").wait_for()
    assert troubles == []


def test_what_is_found_does_not_repeat_its_heading(in_folder):
    page, base, troubles = in_folder
    page.goto(f"{base}index.html")
    page.get_by_label("Search all lessons").fill("learning rate has to do")
    first = page.locator(".found li").first
    assert "What the learning rate has to do" in first.locator("a").inner_text()
    assert not first.locator("> span").inner_text().startswith("What the learning rate")
    assert troubles == []


@pytest.mark.parametrize("size", [(360, 740), (1280, 900), (1600, 900)])
def test_the_first_screen_says_what_the_course_is_and_where_it_begins(site, chromium, size):
    page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(f"{site.as_uri()}/index.html")
    for shown in (page.locator("h1 + p"), page.get_by_role("link", name="Begin with lesson 0")):
        box = shown.bounding_box()
        assert box["y"] + box["height"] <= size[1]
    page.close()


def test_the_contents_say_where_one_is(in_folder):
    page, base, troubles = in_folder
    page.goto(f"{base}02_broadcasting.html#A-clash")
    page.locator(".contents [aria-current]", has_text="A clash").wait_for()
    assert page.locator(".contents [aria-current]").count() == 1
    assert troubles == []


def test_axe_finds_nothing_in_either_theme(site, chromium):
    page = chromium.new_page()
    with check.served(site) as base:
        for name in ("index", CELL[0]):
            page.goto(f"{base}{name}.html")
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                assert check.axe_troubles(page) == [], theme
    page.close()


def test_on_a_phone_nothing_but_wide_boxes_scrolls_sideways(site, chromium):
    page = chromium.new_page(viewport={"width": 360, "height": 740})
    for file in sorted(site.glob("*.html")):
        page.goto(f"{site.as_uri()}/{file.name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, file.name
    page.close()


def test_on_paper_every_fold_is_open(in_folder):
    page, base, _ = in_folder
    page.goto(f"{base}02_broadcasting.html")
    page.emulate_media(media="print")
    heights = "all => all.map(one => one.lastElementChild.getBoundingClientRect().height)"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert min(page.locator("main details").evaluate_all(heights)) > 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("main details[open]").count() == 0
    page.emulate_media(media="screen")
