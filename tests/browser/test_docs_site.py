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


@pytest.fixture
def site(watch):
    """``site(name, **options)`` opens a page of the site; the theme may tell the console which colours it took."""
    opened = []

    def show(name, **options):
        opened.append(watch(**options))
        return opened[-1].open(SITE / f"{name}.html")

    yield show
    for one in opened:
        one.complaints[:] = [said for said in one.complaints if not said.startswith("log: [PST]")]


def offences(page, axe):
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run({preload: false})).violations")  # it would fetch styles anew
    return [(v["id"], [node["html"][:120] for node in v["nodes"][:3]]) for v in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(site, axe, name, width, scheme):
    page = site(name, width=width, color_scheme=scheme)
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "it scrolls sideways"
    assert offences(page, axe) == []


def test_the_front_door_leads_in(site):
    page = site("index")
    page.wait_for_url("**/docs/index.html")


def test_search_works_from_a_folder(site):
    page = site("search")
    page.goto(f"{page.url}?q=abstained")
    page.locator("#search-results li a", has_text="Data model").first.wait_for()


def test_every_picture_of_the_gallery_is_there(site):
    page = site("docs/gallery")
    broken = page.evaluate(
        "async () => { const all = [...document.images]; all.forEach(i => i.loading = 'eager');"
        "await Promise.all(all.map(i => i.decode().catch(() => 0)));"
        "return all.filter(i => !i.naturalWidth).map(i => i.src) }"
    )
    assert broken == []
    assert page.locator(".shown img").count() >= 20
