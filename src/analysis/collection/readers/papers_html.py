"""The Hugging Face papers pages as HTML: a listing of cards, or the page of one paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.collection.readers.base import Format, Item, Record
from analysis.collection.readers.json_dialects import record_of
from analysis.collection.readers.nesting import read_json
from analysis.collection.readers.xml_records import html_page

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

_LINK = re.compile(r"(?:https?://huggingface\.co)?/papers/(\d{4}\.\d{4,5})(?:v\d+)?/?$")


def recognises(head: Head) -> bool:
    """HTML with links to papers, or that names the site."""
    start = head.text[:1000].lower()
    page = start.startswith(("<!doctype html", "<html", "<!-- saved")) or "<html" in start or "<article" in start
    return page and ("/papers/" in head.text or "huggingface" in head.text)


def read(source: Source) -> Iterator[Item]:
    """A record for each paper of the page: from the data the page carries for its scripts, else from its cards."""
    page = html_page(source)
    found = list(_from_data(page))
    yield from found or _from_cards(page)


def _from_data(page: Any) -> Iterator[Item]:
    """The site's components carry their papers as JSON in an attribute."""
    seen = set()
    for element in page.iterfind(".//*[@data-props]"):
        try:
            props = read_json(element.get("data-props"))
        except ValueError:
            continue
        for paper in _papers(props):
            record = record_of(paper)
            if record and record.fields.get("title") and record.fields.get("id") not in seen:
                seen.add(record.fields.get("id"))
                yield record


def _papers(props: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(props, dict):
        return
    for name in ("dailyPapers", "papers", "searchResults", "results"):
        for value in props.get(name) or [] if isinstance(props.get(name), list) else []:
            if isinstance(value, dict):
                yield value
    if isinstance(props.get("paper"), dict) and "summary" in props["paper"]:
        yield {"paper": props["paper"]}


def _from_cards(page: Any) -> Iterator[Item]:
    """Each heading that links to a paper, with the longest paragraph of its card as abstract."""
    papers: dict[str, dict[str, Any]] = {}
    for link in page.iterfind(".//a[@href]"):
        found = _LINK.match(link.get("href").split("#")[0].split("?")[0])
        if not found:
            continue
        paper = papers.setdefault(found[1], {"id": found[1], "url": f"https://huggingface.co/papers/{found[1]}"})
        text = " ".join(link.text_content().split())
        heading = (
            any(parent.tag in ("h1", "h2", "h3", "h4") for parent in link.iterancestors())
            or link.find(".//h3") is not None
        )
        if text and heading and not paper.get("title"):
            paper["title"] = text
            paper["abstract"] = _abstract_near(link)
    heading = page.find(".//h1")
    paragraphs = [" ".join(p.text_content().split()) for p in page.iterfind(".//p")]
    if not any(paper.get("title") for paper in papers.values()) and heading is not None and paragraphs:
        identifier = next(iter(papers), "")
        yield Record({"title": " ".join(heading.text_content().split()), "abstract": max(paragraphs, key=len),
                      "id": identifier}, {}, "latex")  # fmt: skip
        return
    for paper in papers.values():
        if paper.get("title"):
            yield Record(paper, {}, "latex")


def _abstract_near(link: Any) -> str:
    """The longest paragraph of the smallest surrounding element that has one of some length."""
    for parent in link.iterancestors("article", "section", "li", "div"):
        paragraphs = [" ".join(p.text_content().split()) for p in parent.iterfind(".//p")]
        longest = max(paragraphs, key=len, default="")
        if len(longest) >= 100:
            return longest
        if parent.tag == "article":
            break
    return ""


FORMAT = Format("Hugging Face papers page (HTML)", recognises, read)
