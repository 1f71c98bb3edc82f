"""The built documentation as readers meet it: from a folder, without a network, wide and narrow, light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

SITE = Path(__file__).resolve().parents[2] / "site"
PAGES = ["docs/index", "docs/start", "docs/gallery", "docs/commands", "docs/data-model", "docs/api/findings", "README"]


@pytest.fixture(scope="module", autouse=True)
def built():
    if not (SITE / "docs" / "index.html").is_file():
        pytest.skip("needs the built site (make docs)")


def offences(page, axe):
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run()).violations")
    return [(v["id"], [node["html"][:120] for node in v["nodes"][:3]]) for v in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(watch, axe, name, scheme):
    page = watch(color_scheme=scheme).open(SITE / f"{name}.html")
    assert offences(page, axe) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_screen_scrolls_down_only(watch, axe, name):
    page = watch(width=390, height=800).open(SITE / f"{name}.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert offences(page, axe) == []


def test_the_front_door_leads_in(watch):
    page = watch().open(SITE / "index.html")
    page.wait_for_url("**/docs/index.html")


def test_search_works_from_a_folder(watch):
    page = watch().open(SITE / "search.html")
    page.goto(f"{page.url}?q=abstained")
    page.locator("#search-results li a", has_text="Data model").first.wait_for()


def test_every_picture_of_the_gallery_is_there(watch):
    page = watch().open(SITE / "docs" / "gallery.html")
    broken = page.evaluate(
        "async () => { const all = [...document.images]; all.forEach(i => i.loading = 'eager');"
        "await Promise.all(all.map(i => i.decode().catch(() => 0)));"
        "return all.filter(i => !i.naturalWidth).map(i => i.src) }"
    )
    assert broken == []
    assert page.locator(".shown img").count() >= 20
