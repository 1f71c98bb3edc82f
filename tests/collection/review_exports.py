"""A review's six raw exports: 1,100 records of 836 papers, written after their vendors' forms from a plan.

The plan says which databases have which paper, so every count of the loaded collection is known beforehand. Texts are
invented, each from its paper's number, so the files are the same at every call.
"""

from __future__ import annotations

import csv
import io
import random
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

# How many papers which databases have. The record that stays is of the first: no other fills more columns.
PLAN = (
    (("acm",), 70), (("scopus",), 150), (("wos",), 126), (("ieee",), 70), (("pubmed",), 90), (("springer",), 80),
    (("acm", "scopus"), 50), (("scopus", "ieee"), 40), (("scopus", "wos"), 80), (("wos", "pubmed"), 40),
    (("scopus", "springer"), 30), (("scopus", "wos", "pubmed"), 10),
)  # fmt: skip
TWICE = range(70, 74)  # papers that Scopus has twice
PARTS = range(220, 228)  # papers of Web of Science that are, two by two, Part I and Part II of one title
FILES = {
    "acm": "acm.bib", "scopus": "scopus.csv", "wos": "savedrecs.txt", "ieee": "export2024.csv",
    "pubmed": "pubmed-set.txt", "springer": "SearchResults.csv",
}  # fmt: skip

METHODS = (
    "Regression", "Bootstrap", "Interviews", "Simulation", "Crowdsourcing", "Randomisation", "Imputation", "Telemetry",
    "Spectroscopy", "Ethnography", "Weighting",
)  # fmt: skip
SUBJECTS = (
    "Rivers", "Juries", "Glaciers", "Hospitals", "Recommenders", "Orchestras", "Mortgages", "Neurons", "Referees",
    "Satellites", "Vaccines", "Classrooms", "Elections",
)  # fmt: skip
PLACES = ("Norway", "Kenya", "Peru", "Japan", "Quebec", "Bavaria", "Otago")
FAMILIES = ("Okafor", "Lindqvist", "Marchetti", "Yamada", "Novak", "Delgado", "Fischer", "Haddad", "Petrov")
GIVEN = ("Ada", "Bruno", "Chen", "Dora", "Emil", "Farah", "Goran")
GROUP = "Sampling and Survey Group"
WORDS = (
    "the annual budget of each regional office was compared with earlier seasons while trained staff recorded weather "
    "income age distance temperature energy height and travel time at every station before costs were shared among "
    "local partners after long talks about water roads schools food noise light trade wages health and old maps"
).split()
MENTIONS = ("We measure selection bias here.", "Such samples are biased.", "A debiased estimate halves the error.")
NO_MENTIONS = "Symbiosis with Tobias fell by 12% & more (p < 0.05), see https://biasfree.org/data for code."


@dataclass(frozen=True)
class Paper:
    """One paper of the review; everything about it follows from its number."""

    number: int
    sources: tuple[str, ...]

    @property
    def work(self) -> int:
        """The number that gives title, authors and year: a Part II shares them with its Part I."""
        return self.number - (self.number - PARTS.start) % 2 if self.number in PARTS else self.number

    @property
    def title(self) -> str:
        n = self.work
        part = f", Part {'I' if n == self.number else 'II'}" if self.number in PARTS else ""
        bias = "Bias & " if n % 4 == 0 else ""
        return f"{bias}{METHODS[n % 11]} of {SUBJECTS[n % 13]}: Lessons from {PLACES[n % 7]}{part}"

    @property
    def abstract(self) -> str:
        """Forty words of its own, then nought to three mentions; every tenth paper has no abstract anywhere."""
        if self.number % 10 == 7:
            return ""
        own = random.Random(self.number).choices(WORDS, k=40)
        return " ".join(["In", *own[:20], "and", *own[20:-1], own[-1] + ".", *MENTIONS[: self.number % 4], NO_MENTIONS])

    @property
    def authors(self) -> list[tuple[str, str]]:
        """Family and given name of two; for the second, every fifteenth paper has a group, which has no given name."""
        n = self.work
        return [
            (FAMILIES[n % 9], GIVEN[n % 7]),
            (GROUP, "") if n % 15 == 0 else (FAMILIES[(n + 4) % 9], GIVEN[(n + 3) % 7]),
        ]

    @property
    def year(self) -> int:
        return 2010 + self.work % 13

    @property
    def doi(self) -> str:
        """With an underscore, brackets or neither; the first Part II has the DOI of its Part I."""
        n = PARTS.start if self.number == PARTS.start + 1 else self.number
        return (f"10.1007/978-3-030-{n:05}-2_{n % 30}", f"10.1016/s0140-6736(20){n:05}-5", f"10.5555/{n:07}")[n % 3]

    def doi_in(self, source: str) -> str:
        """Of every fourth paper only the first database gives the DOI."""
        return "" if self.number % 4 == 3 and source != self.sources[0] else self.doi

    def mentions(self) -> int:
        """How often its title and the abstract that is kept say the term; SpringerLink gives no abstracts."""
        whole = self.abstract and self.sources[0] != "springer"
        return (self.work % 4 == 0) + (self.number % 4 if whole else 0)


def papers() -> list[Paper]:
    """The papers of the plan, in its order, numbered from 0."""
    sources = [names for names, count in PLAN for _ in range(count)]
    return [Paper(number, names) for number, names in enumerate(sources)]


def expected() -> dict[str, Counter[str]]:
    """Stage of the flow of records -> database -> number, by the plan."""
    flow: dict[str, Counter[str]] = {}
    for paper in papers():
        first, *others = paper.sources
        lacking = not paper.abstract or first == "springer"
        again = ["scopus"] if paper.number in TWICE else []
        flow.setdefault("read", Counter()).update([*paper.sources, *again])
        flow.setdefault("duplicate", Counter()).update([*others, *again])
        flow.setdefault("kept", Counter()).update([first])
        flow.setdefault("without abstract", Counter()).update([first] * lacking)
        flow.setdefault("with the term", Counter()).update([first] * bool(paper.mentions()))
        flow.setdefault("mentions", Counter()).update([first] * paper.mentions())
    return flow


def write_review(folder: Path) -> list[Path]:
    """Write the six exports into a folder; returns their paths in the plan's order of databases."""
    folder.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        found = [paper for paper in papers() if source in paper.sources]
        if source == "scopus":
            found += [paper for paper in found if paper.number in TWICE]
        text = WRITERS[source](found)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return [folder / name for name in FILES.values()]


# --- the vendors' forms ----------------------------------------------------------------------------------------------


def acm(found: list[Paper]) -> str:
    return "\n\n".join(map(_acm_entry, found)) + "\n"


def _acm_entry(paper: Paper) -> str:
    people = " and ".join(f"{family}, {given}" if given else f"{{{family}}}" for family, given in paper.authors)
    fields = {
        "author": people, "title": _latex(paper.title), "year": str(paper.year), "doi": paper.doi.replace("_", "\\_"),
        "publisher": "Association for Computing Machinery", "url": f"https://doi.org/{paper.doi}",
        "abstract": _latex(paper.abstract), "booktitle": "Proceedings of the Review Conference", "numpages": "9",
        "keywords": "samples, surveys", "series": "RC '21",
    }  # fmt: skip
    lines = [f"{name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@inproceedings{{{paper.doi},\n" + ",\n".join(lines) + "\n}"


def _latex(text: str) -> str:
    text = text.replace("&", "\\&").replace("%", "\\%").replace("<", "{\\textless}")
    return text.replace("selection bias", "selection \\textit{{b}ias}").replace("Bias", "{B}ias", 1)


def scopus(found: list[Paper]) -> str:
    header = (
        "Authors", "Author full names", "Author(s) ID", "Title", "Year", "Source title", "DOI", "Link", "Abstract",
        "Author Keywords", "Document Type", "Source", "EID",
    )  # fmt: skip
    rows = []
    for p in found:
        numbered = [(", ".join(filter(None, name)), 57_000_000_000 + p.number) for name in p.authors]
        short = "; ".join(f"{family} {given[:1]}.".removesuffix(" .") for family, given in p.authors)
        rows.append((
            short, "; ".join(f"{name} ({number})" for name, number in numbered), "57000000000", p.title, p.year,
            "Review Journal", p.doi_in("scopus"), f"https://www.scopus.com/record/display.uri?eid=2-s2.0-{p.number}",
            f"{p.abstract} © {p.year} Elsevier B.V." if p.abstract else "[No abstract available]", "samples; surveys",
            "Article", "Scopus", f"2-s2.0-85{p.number:09}",
        ))  # fmt: skip
    return "\ufeff" + _table(header, rows)


def ieee(found: list[Paper]) -> str:
    header = (
        "Document Title", "Authors", "Author Affiliations", "Publication Title", "Publication Year", "Abstract", "DOI",
        "PDF Link", "Author Keywords", "IEEE Terms", "Document Identifier",
    )  # fmt: skip
    rows = [
        (p.title, "; ".join(f"{given[:1]}. {family}" if given else family for family, given in p.authors), "Uni; Uni",
         "2021 IEEE Review Conference", p.year, p.abstract, p.doi_in("ieee"),
         f"https://ieeexplore.ieee.org/stamp/stamp.jsp?arnumber={p.number}", "samples;surveys", "Sensors",
         "IEEE Conferences")
        for p in found
    ]  # fmt: skip
    return _table(header, rows)


def springer(found: list[Paper]) -> str:
    header = (
        "Item Title", "Publication Title", "Book Series Title", "Journal Volume", "Journal Issue", "Item DOI",
        "Authors", "Publication Year", "URL", "Content Type",
    )  # fmt: skip
    rows = [
        (p.title, "Review Studies", "", "", "", p.doi, "".join(" ".join(name[::-1]).strip() for name in p.authors),
         p.year, f"http://link.springer.com/article/{p.doi}", "Article")
        for p in found
    ]  # fmt: skip
    return "\ufeff" + _table(header, rows)


def _table(header: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    return text.getvalue()


def wos(found: list[Paper]) -> str:
    return "\ufeffFN Clarivate Web of Science\nVR 1.0\n" + "\n".join(map(_wos_record, found)) + "\nEF\n"


def _wos_record(paper: Paper) -> str:
    people = [f"{family}, {given}" for family, given in paper.authors if given]
    groups = [family for family, given in paper.authors if not given]
    tags = [
        ("PT", "J"), ("AU", "\n".join(name.partition(" ")[0] + " " + name.partition(" ")[2][:1] for name in people)),
        ("AF", "\n".join(people)), ("CA", "\n".join(groups)), ("TI", paper.title), ("SO", "REVIEW JOURNAL"),
        ("LA", "English"), ("DE", "samples; surveys"), ("AB", paper.abstract), ("PY", str(paper.year)), ("VL", "3"),
        ("DI", paper.doi_in("wos").upper()), ("UT", f"WOS:{paper.number:015}"),
    ]  # fmt: skip
    return "\n".join(line for tag, value in tags if value for line in _wrapped(tag + " ", "   ", value)) + "\nER\n"


def pubmed(found: list[Paper]) -> str:
    return "\n\n".join(map(_pubmed_record, found)) + "\n"


def _pubmed_record(paper: Paper) -> str:
    doi = paper.doi_in("pubmed")
    tags = [
        ("PMID", str(30_000_000 + paper.number)), ("OWN", "NLM"), ("STAT", "MEDLINE"), ("DP", f"{paper.year} Mar"),
        ("TI", f"{paper.title}."), ("LID", doi and f"{doi} [doi]"), ("AB", paper.abstract),
        *(("FAU" if given else "CN", f"{family}, {given}".removesuffix(", ")) for family, given in paper.authors),
        ("LA", "eng"), ("JT", "Review journal"), ("OT", "surveys"),
    ]  # fmt: skip
    return "\n".join(line for tag, value in tags if value for line in _wrapped(f"{tag:4}- ", " " * 6, value))


def _wrapped(first: str, rest: str, value: str) -> Iterator[str]:
    for line in value.split("\n"):
        yield from textwrap.wrap(
            line, 80, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
        )
        first = rest


WRITERS = {"acm": acm, "scopus": scopus, "wos": wos, "ieee": ieee, "pubmed": pubmed, "springer": springer}
