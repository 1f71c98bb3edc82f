"""The mentions behind a number, shown in its place.

A report has pages that a number leads to. A notebook has none beside it, so there a number unfolds: some of the
sentences behind it, and the line of code that gives all of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from analysis.common.links import CONCORDANCE, EVIDENCE, anchor, parse_place, safe_url
from analysis.common.readable import readable_html
from analysis.common.split import split_sentences
from analysis.common.wording import count_of
from analysis.findings.mixing import mixed_papers
from analysis.inventory.inventory import NO_SENSE
from analysis.inventory.marks import cut_at_mention

if TYPE_CHECKING:
    import pandas as pd
    from bs4 import BeautifulSoup, Tag

SHOWN = 5  # sentences behind a number; the line of code gives the others
_COLUMNS = {"sense": "sense", "stance": "stance", "paper": "paper_id", "year": "year"}  # of an address, of readings
_MIXED = "study.readings[study.readings.paper_id.isin(findings.mixed_papers(study).paper_id)]"
_DETAILS = "display:inline-block;vertical-align:top;max-width:100%"
_SUMMARY = "display:inline;cursor:pointer;text-decoration:underline dotted"


class InPlace:
    """Makes HTML for a page of a report into HTML for a notebook: called with the one, it returns the other.

    A link to a selection of mentions becomes a ``details`` with sentences of ``readings``. A link to one mention,
    beside which its sentence stands anyway, leads to the paper's own address, or is plain text where it has none. So
    does a link to a paper of the evidence table; words of a paper show their sentence as a tooltip.
    """

    def __init__(
        self,
        readings: pd.DataFrame,
        *,
        page: str = CONCORDANCE,
        study: str = "study",
        no_sense: Collection[str] = NO_SENSE,
    ) -> None:
        self.readings = readings
        self.page, self.study, self.no_sense = page, study, no_sense

    def __call__(self, html: str) -> str:
        """``html`` without a link into the concordance; a paragraph that holds one becomes a ``div``."""
        if self.page not in html and EVIDENCE not in html:
            return html
        from bs4 import BeautifulSoup

        soup = BeautifulSoup(html, "html.parser")
        for link in soup.find_all("a", href=re.compile(rf"^{re.escape(self.page)}(#|$)")):
            place = str(link["href"]).partition("#")[2]
            if place.startswith("m-"):
                self._to_the_paper(link, place)
            else:
                self._unfold(link, place, soup)
        for link in soup.find_all("a", href=re.compile(rf"^{re.escape(EVIDENCE)}(#|$)")):
            self._in_its_sentence(link, parse_qs(str(link["href"]).partition("#")[2]))
        return str(soup)

    def behind(self, place: str) -> tuple[pd.DataFrame, str]:
        """The readings that a selection names, and the code that gives them from a study.

        ``place`` is what ``selection_link`` puts behind the #.
        """
        named = parse_qs(place)
        own, code = self.readings, f"{self.study}.readings"
        if "mixed" in named:
            own, code = own[own["paper_id"].isin(self._mixed)], _MIXED.replace("study", self.study)
        tests = []
        for name, column in _COLUMNS.items():
            if values := named.get(name):
                if name == "sense" and "parent" in own and not own["sense"].isin(values).any():
                    column = "parent"  # which is sought as a sense is
                own = own[own[column].astype(str).isin(values)]
                shown = [int(value) for value in values] if name == "year" else values
                tests.append(f"{column} == {shown[0]!r}" if len(shown) == 1 else f"{column} in {shown!r}")
        return own, f"{code}.query({' and '.join(tests)!r})" if tests else code

    @cached_property
    def _mixed(self) -> set[str]:
        return set(mixed_papers(self.readings, no_sense=self.no_sense)["paper_id"])

    @cached_property
    def _addresses(self) -> dict[str, str]:
        return {anchor(mention): safe_url(url) for mention, url in self.readings[["mention_id", "url"]].to_numpy()}

    def _to_the_paper(self, link: Tag, place: str) -> None:
        if address := self._addresses.get(place, ""):
            link["href"] = address
        else:
            link.unwrap()

    @cached_property
    def _papers(self) -> dict[str, dict[Any, Any]]:
        columns = ["paper_id", "title", "abstract", "url"]
        rows = self.readings[columns].drop_duplicates("paper_id").to_dict("records")
        return {row["paper_id"]: row for row in rows}

    def _in_its_sentence(self, link: Tag, named: Mapping[str, list[str]]) -> None:
        paper = self._papers.get(named.get("e-paper", [""])[0], {})
        field, start, _ = parse_place(named.get("at", [""])[0])
        if field and paper:
            text = str(paper[field])
            sentence = next((text[a:b] for a, b in split_sentences(text) if a <= start < b), text)
            link.name, link.attrs = "span", {"title": sentence if field == "abstract" else text}
        elif address := safe_url(str(paper.get("url", ""))):
            link["href"] = address
        else:
            link.unwrap()

    def _unfold(self, link: Tag, place: str, soup: BeautifulSoup) -> None:
        from bs4 import BeautifulSoup

        described = link.get("aria-describedby")
        if quotes := link.find_next_sibling(id=described) if described else None:
            quotes.decompose()  # only a report's page can show them
        own, code = self.behind(place)
        if own.empty:
            link.unwrap()
            return
        again = own.duplicated("paper_id").to_numpy()  # a sentence of each paper says more than five of one
        shown = own.iloc[again.argsort(kind="stable")[:SHOWN]]
        items = "".join(f"<li>{_quoted(row)}</li>" for row in shown.to_dict("records"))
        rest = ""
        if len(own) > SHOWN:
            rest = f"<div>{SHOWN:,} of {count_of(len(own), 'mention')}; all: <code>{escape(code)}</code></div>"
        made = (
            f'<details class="behind" style="{_DETAILS}"><summary style="{_SUMMARY}">{link.decode_contents()}</summary>'
            f'<ul style="font-weight:normal;text-align:left">{items}</ul>{rest}</details>'
        )
        for paragraph in link.find_parents("p"):  # a paragraph cannot hold a list
            paragraph.name = "div"
        link.replace_with(BeautifulSoup(made, "html.parser"))


def _quoted(row: Mapping[Any, Any]) -> str:
    """A sentence with its mention marked, and its paper."""
    left, keyword, right = (readable_html(part) for part in cut_at_mention(row))
    title, address = readable_html(str(row["title"] or row["paper_id"])), safe_url(str(row["url"]))
    source = f'<a href="{escape(address)}">{title}</a>' if address else title
    return f"{left}<mark>{keyword}</mark>{right} <small>({source})</small>"
