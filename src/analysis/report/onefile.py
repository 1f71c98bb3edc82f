"""The whole report in one page: each page's main part becomes a section, and links between pages lead within it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

    from analysis.report.page import Page

_OWN_IDS = ("evidence.html", "mentions.html", "map.html")  # pages whose ids their scripts know and no other page has
_REFERENCES = ("for", "aria-labelledby", "aria-describedby", "headers")
_LOCAL = re.compile(r"^([\w.-]+\.html)?(#.*)?$")


def bind(html: Mapping[str, str], pages: Sequence[Page]) -> str:
    """Join the pages' HTML, given by address, into one document, in the order of ``pages``.

    Ids of notebook pages get their page's name as prefix. The first page gives head and title block.
    """
    from bs4 import BeautifulSoup

    documents = {page.href: BeautifulSoup(html[page.href], "html.parser") for page in pages}
    whole = documents[pages[0].href]
    for script in whole.find_all("script", type="application/json"):
        script.decompose()
    main = whole.main
    assert main is not None and whole.body is not None
    whole.body["class"] = "one-file"
    for address, document in documents.items():
        section = document.main
        assert section is not None
        _localise(section, address, documents)
        if address == pages[0].href:
            continue
        for heading in section.find_all(re.compile("^h[1-5]$"))[::-1]:
            heading.name = f"h{int(heading.name[1]) + 1}"
        scripts = [script.extract() for script in section.find_all("script")]
        section.name = "section"
        section["id"] = _section_id(address)
        section["class"] = "bound"
        main.append(section.extract())
        known = {str(s.get("id")) for s in whole.find_all("script", id=True)}
        for script in scripts:
            if script.get("id") not in known:
                whole.body.append(script)
    for link in whole.select("a.all-csv, .downloads"):  # files beside this one, which is to stand alone
        link.decompose()
    _navigation(whole, pages)
    return str(whole)


def _section_id(address: str) -> str:
    return "page-" + address.removesuffix(".html")


def _localise(section: Tag, address: str, documents: Mapping[str, BeautifulSoup]) -> None:
    prefix = _prefix(address)
    for element in section.find_all(True):
        for attribute in ("href", "xlink:href"):
            if attribute in element.attrs:
                element[attribute] = _within(str(element[attribute]), address, documents)
        if prefix:
            if element.get("id"):
                element["id"] = prefix + str(element["id"])
            for attribute in _REFERENCES:
                if attribute in element.attrs:
                    value = element[attribute]
                    names = value.split() if isinstance(value, str) else value
                    element[attribute] = " ".join(prefix + name for name in names)


def _prefix(address: str) -> str:
    return "" if address in _OWN_IDS else address.removesuffix(".html") + "--"


def _within(href: str, address: str, documents: Mapping[str, BeautifulSoup]) -> str:
    match = _LOCAL.match(href)
    if not match:
        return href
    target = match[1] or address
    if target not in documents:
        return href
    if not match[2]:
        return "#main" if target == next(iter(documents)) else f"#{_section_id(target)}"
    return f"#{_prefix(target)}{match[2][1:]}"


def _navigation(whole: BeautifulSoup, pages: Sequence[Page]) -> None:
    """The pages' links lead to sections; the contents list the pages; there is nothing to turn to."""
    addresses = {page.href: "#main" if i == 0 else f"#{_section_id(page.href)}" for i, page in enumerate(pages)}
    for link in whole.select("header.site a"):
        link["href"] = addresses.get(str(link["href"]), str(link["href"]))
        link.attrs.pop("aria-current", None)
    for element in whole.select("nav.turn"):
        element.decompose()
    contents = whole.select_one("nav.contents")
    if contents is None:
        return
    for link in contents.find_all("a"):
        link["href"] = "#" + _prefix(pages[0].href) + str(link["href"])[1:]
    listing = contents.find("ol")
    for page in pages[1:]:
        item, link = whole.new_tag("li"), whole.new_tag("a", href=addresses[page.href])
        link.string = page.label
        item.append(link)
        if listing is not None:
            listing.append(item)
