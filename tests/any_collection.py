"""Collections of any kind, made of a few properties: hand-made tables, no encoder, and strange text in every field."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st
from small_readings import make_bare_study

from analysis.common.tables import make_table, write_table
from analysis.inventory.inventory import SHIPPED, UNCLEAR, Inventory, Sense, load_inventory
from analysis.senses.reader import EXTENDED, FEW, INDUCED, Reading
from analysis.study.study import Study

STRANGE = (
    "", "A plain title", '<script>alert(1)</script> & "x"', "$\\frac{a}{b}$ of \\emph{things} $", "x" * 400,
    "\u05e9\u05dc\u05d5\u05dd \u202eabc\u202c", "tab\tbell\x07 and \x1b[31m", "=cmd()|' /C calc'!A0",
    "100% _under_ {x}", "\u4e2d\u6587\u6807\u9898", "</td></table>", "%s %(a)s {0}", "e\u0301\u0302 \U0001f600",
    "Was it so? Yes.",
)  # fmt: skip
STANCES = tuple(load_inventory().stances)
GIVEN = ("none", "some", "all")
SENSES = ("one", "many", "thirteen", "induced", "own", "unclear")


class Kind(NamedTuple):
    """What kind of collection: how many papers, which share of them has what, and how its mentions were read."""

    papers: int
    mentions: str = "all"  # none | first (all of them in the first paper) | one | some | all
    each: int = 1  # mentions of a paper
    term: str = "bias"
    senses: str = "many"
    stances: str = "all"
    topics: int = 0
    novel: bool = False
    abstracts: str = "all"
    years: int = 3  # different ones; 0: no paper has a year
    venues: int = 2
    subjects: str = "none"
    people: str = "some"
    dois: str = "some"
    titles: tuple[str, ...] = ("A plain title",)
    sure: float = 0.9
    reviewed: str = "none"
    labels: int = 0  # mentions beside their labels, as a head that did not know these read them
    foreign: bool = False
    left_out: int = 0  # words that only contain the letters
    lost: int = 0  # records that were no paper


def kinds() -> st.SearchStrategy[Kind]:
    """Any kind, small ones first."""
    given = st.sampled_from(GIVEN)
    return st.builds(
        Kind,
        papers=st.sampled_from([1, 2, 3, 12, 30]),
        mentions=st.sampled_from(["none", "first", "one", "some", "all"]),
        each=st.sampled_from([1, 2, 5]),
        term=st.sampled_from(["bias", "ground truth", "\u00e9tat", "c++"]),
        senses=st.sampled_from(SENSES),
        stances=given,
        topics=st.sampled_from([0, 1, 2, 5]),
        novel=st.booleans(),
        abstracts=given,
        years=st.sampled_from([0, 1, 2, 9]),
        venues=st.sampled_from([0, 1, 2, 30]),
        subjects=given,
        people=given,
        dois=given,
        titles=st.lists(st.sampled_from(STRANGE), min_size=1, max_size=4).map(tuple),
        sure=st.sampled_from([0.3, 0.9, 1.0]),
        reviewed=given,
        labels=st.sampled_from([0, 1, 8]),
        foreign=st.booleans(),
        left_out=st.sampled_from([0, 1, 3]),
        lost=st.sampled_from([0, 2]),
    )


def study_of(kind: Kind, folder: Path) -> Study:
    """The study of such a collection, in ``folder``."""
    papers = [_paper(kind, i) for i in range(kind.papers)]
    using = {"none": 0, "first": 1, "one": 1, "some": (kind.papers + 1) // 2, "all": kind.papers}[kind.mentions]
    found = [mention for paper in papers[:using] for mention in _mentions(kind, paper)]
    found = found[:1] if kind.mentions == "one" else found
    inventory = _inventory(kind)
    senses = [_sense(kind, inventory, i, mention) for i, mention in enumerate(found)]
    return make_bare_study(
        papers,
        found,
        senses,
        inventory,
        folder,
        audit=[
            *({**{c: paper[c] for c in ("source", "record", "paper_id")}, "status": "kept"} for paper in papers),
            *({"source": "b.csv", "record": str(i), "status": "unreadable", "reason": "bad"} for i in range(kind.lost)),
        ],
        excluded=[
            {"paper_id": papers[0]["paper_id"], "field": "title", "start": 0, "end": 3, "surface": f"x{i}{kind.term}x",
             "reason": "another word", "context": f"x{i}{kind.term}x"} for i in range(kind.left_out)
        ],
        topics=[
            {"topic": number, "label": f"{STRANGE[2]} {number}", "sense": inventory.ids[0], "n": 1, "terms": ["a", "b"],
             "novel": kind.novel and not number, "proposed_name": "new"}
            for number in range(kind.topics if found else 0)
        ],
        reading=Reading(_reader(kind, inventory), scores=True),
        held_out=[
            {**{c: m[c] for c in ("mention_id", "paper_id", "surface")}, "sense": sense["sense"], "confidence": 0.8,
             "stance": sense["stance"], "stance_confidence": 0.7, "label_stance": STANCES[0] if i % 2 else "",
             "label": inventory.ids[i % len(inventory.ids)]}
            for i, (m, sense) in enumerate(zip(found[: kind.labels], senses, strict=False))
        ],
        rung="by hand" if found else "none: no mention",
        term=kind.term,
        **_files(kind, inventory, found, folder),
    )  # fmt: skip


def _some(given: str, i: int) -> bool:
    return given == "all" or (given == "some" and i % 2 == 0)


def _paper(kind: Kind, i: int) -> dict[str, Any]:
    title = kind.titles[i % len(kind.titles)]
    abstract = f"We study {title} with great care. The {kind.term} of it, a hidden cause, is large? " * kind.each
    return {
        "paper_id": f"p/{i} <i>" if i % 3 == 2 else f"p{i}",
        "title": title if _some(kind.abstracts, i) else f"{title} {kind.term}",
        "abstract": abstract if _some(kind.abstracts, i) else "",
        "authors": [f"A. {STRANGE[2]}", *(f"B{j}" for j in range(i))] if _some(kind.people, i) else [],
        "year": 2000 + i % kind.years if kind.years else None,
        "venue": f"{STRANGE[(i % kind.venues) % len(STRANGE)]} {i % kind.venues}" if kind.venues else "",
        "doi": f"10.1000/{i}<b>" if _some(kind.dois, i) else "",
        "url": "javascript:alert(1)" if i % 2 else "https://example.org/?a=1&b=2",
        "subjects": ["Ecology", f"{STRANGE[3]} {i % 2}"] if _some(kind.subjects, i) else [],
        "language": "de" if kind.foreign and i % 2 else "en",
        "source": "a.csv",
        "record": str(i),
    }


def _mentions(kind: Kind, paper: dict[str, Any]) -> list[dict[str, Any]]:
    """Where the term stands, each with its sentence and neighbours, some of which are empty."""
    made = []
    for field in ("title", "abstract"):
        text = paper[field]
        for number, match in enumerate(re.finditer(re.escape(kind.term), text)):
            start, end = match.span()
            left = max(text.rfind(mark, 0, start) + 2 for mark in (". ", "? ")) if field == "abstract" else 0
            left = left if left >= 2 else 0
            right = text.find("? ", end) + 1 or len(text)
            made.append(
                {"mention_id": f"{paper['paper_id']}#{field}:{start}", "paper_id": paper["paper_id"], "field": field,
                 "start": start, "end": end, "surface": match[0], "lemma": kind.term, "sentence": text[left:right],
                 "sentence_start": left, "modifier": f"very {paper['title'][:30].strip()}" if number % 2 else "",
                 "head": "" if number % 2 else "cause", "verb": "study" if number % 3 else "",
                 "left": text[max(0, start - 40) : start], "right": text[end : end + 40]}
            )  # fmt: skip
    return made


def _reader(kind: Kind, inventory: Inventory) -> str:
    if inventory is load_inventory():
        return EXTENDED if kind.labels else SHIPPED
    return INDUCED if kind.senses == "induced" else FEW


def _inventory(kind: Kind) -> Inventory:
    if kind.senses in ("one", "many", "unclear") and kind.term == "bias":
        return load_inventory()
    n = {"one": 1, "thirteen": 13}.get(kind.senses, 3)
    ids = [f"sense-{i}" if kind.senses == "induced" else f"s{i}" for i in range(n)]
    return Inventory(
        kind.term, tuple(Sense(s, f"{STRANGE[i % 5 + 1]} {s}", "What it means.") for i, s in enumerate(ids))
    )


def _sense(kind: Kind, inventory: Inventory, i: int, mention: dict[str, Any]) -> dict[str, Any]:
    ids = inventory.ids[:1] if kind.senses == "one" else (*inventory.ids, UNCLEAR)
    sense = UNCLEAR if kind.senses == "unclear" else ids[(i * 7) % len(ids)]
    topic = i % (kind.topics + 1) - 1
    return {
        "mention_id": mention["mention_id"], "sense": sense, "confidence": max(0.05, kind.sure - 0.1 * (i % 3)),
        "runner_up": inventory.ids[-1] if i % 2 else "", "abstained": kind.sure < 0.5,
        "stance": STANCES[i % 4] if _some(kind.stances, i) else "", "stance_confidence": 0.7,
        "topic": topic, "topic_label": f"{STRANGE[2]} {topic}" if topic >= 0 else "",
        "novel": kind.novel and topic == 0, "reviewed": _some(kind.reviewed, i),
    }  # fmt: skip


def _files(kind: Kind, inventory: Inventory, found: list[dict[str, Any]], folder: Path) -> dict[str, Any]:
    """The options of the study that name files: an inventory other than the shipped one, labels and reviews."""
    import yaml

    folder.parent.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {}
    if kind.senses == "induced":
        options["inventory"] = "none"
    elif inventory is not load_inventory():
        options["inventory"] = folder.parent / "own.yaml"
        options["inventory"].write_text(yaml.safe_dump(inventory.as_data(), allow_unicode=True), "utf-8")
    if kind.reviewed != "none":
        rows = [{**mention, "action": "label", "sense": inventory.ids[0]} for mention in found[:1]]
        options["reviews"] = folder.parent / "told.csv"
        write_table(make_table("reviews", rows), options["reviews"])
    return options
