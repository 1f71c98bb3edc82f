"""What a comparison found, in at most five sentences, and the sentences of papers behind its counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.common.links import SIDES, parse_place, selection_link
from analysis.common.prose import Fact, Passage, Prose, Sentence, sentence
from analysis.common.split import split_sentences
from analysis.common.wording import count_of, in_sentence, listed, points
from analysis.findings import of_study
from analysis.findings.differences import ENDS, clearest
from analysis.findings.quoted import QUOTED, counted
from analysis.findings.rows import rows_of
from analysis.inventory.marks import cut
from analysis.statistics.intervals import ENOUGH

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.comparison import Comparison
    from analysis.study.study import Study

_NAMED = 3  # things that a sentence names


def answer_comparison(comparison: Comparison) -> Prose:
    """At most five findings, most important first: which senses are commoner where, what else differs, what one side
    alone has, and what was compared.
    """
    for name, using in zip(comparison.names, comparison.using, strict=True):
        if not using:
            nothing = f"No paper of {name} uses \u201c{comparison.one.term}\u201d, so there is no difference to show."
            return comparison.in_place(Prose([sentence(nothing), _compared(comparison)], bullets=True))
    told = [*_senses(comparison), *_kinds(comparison), *_stances(comparison), *_methods(comparison)]
    told = told[: 3 if len(comparison.new_and_gone) else 4]
    return comparison.in_place(Prose([*told, *_one_sided(comparison), _compared(comparison)], bullets=True))


def behind(comparison: Comparison, what: str, name: str, side: int, text: str = "") -> Fact:
    """How many papers of a side have a sense, or name a kind or a method, with some of their sentences.

    ``what`` and ``name`` are those of ``differences.on_one_side``, ``side`` is 0 or 1; ``text`` stands for the number.
    """
    study, page = comparison.sides[side], SIDES[side]
    if what == "sense":
        readings = study.readings[study.readings["sense"] == name]
        text = text or count_of(readings["paper_id"].nunique(), "paper")
        return counted(text, readings, sense=name, page=page)
    if what == "kind":
        own = comparison.named_kinds[side]
        mentions = own.loc[own["name"].str.casefold() == name.casefold(), "mention_id"]
        readings = study.readings[study.readings["mention_id"].isin(mentions)]
        papers = readings["paper_id"].drop_duplicates().tolist()
        return counted(text or count_of(len(papers), "paper"), readings, paper=papers, page=page)
    row = comparison.methods.query("name == @name").iloc[0]
    papers = list(row[f"papers_of_{ENDS[side]}"])
    passages = tuple(_naming(study, papers, name))
    rest = len(papers) - len(passages)
    more = count_of(rest, "more paper") if rest else ""
    return Fact(text or count_of(len(papers), "paper"), selection_link(paper=papers, page=page), passages, more)


def _naming(study: Study, papers: Sequence[str], method: str) -> list[Passage]:
    """A sentence of each of the first papers, cut at the method's name."""
    table = of_study.evidence(study)
    texts = study.papers.set_index("paper_id")
    found: dict[str, Passage] = {}
    for row in rows_of(table[table["paper_id"].isin(list(papers))]):
        for name, place in zip(row.methods_name, row.methods_at, strict=False):
            field, start, end = parse_place(place)
            if row.paper_id in found or not field or name.casefold() != method.casefold():
                continue
            text = str(texts.at[row.paper_id, field])
            first, last = next(((a, b) for a, b in split_sentences(text) if a <= start < b), (0, len(text)))
            title = str(texts.at[row.paper_id, "title"]) or row.paper_id
            found[row.paper_id] = Passage(*cut(text[first:last], start - first, end - first), title)
    return list(found.values())[:QUOTED]


def _senses(comparison: Comparison) -> list[Sentence]:
    """Which senses are clearly commoner on each side; for few papers the commonest of each."""
    palette = comparison.palette
    table = comparison.shares[~comparison.shares["sense"].isin(palette.no_sense)]
    if comparison.few:
        return [_few(comparison, table)]
    names = {sense: palette[sense].name for sense in table["sense"]}
    told = _commoner(comparison, table.rename(columns={"sense": "name"}), "sense", names, "is commoner")
    one, two = comparison.names
    return told or [sentence(f"No sense is clearly commoner in {one} or in {two}.")]


def _few(comparison: Comparison, table: pd.DataFrame) -> Sentence:
    """The commonest sense of each side, counted."""
    parts: list[str | Fact] = []
    for side, name in enumerate(comparison.names):
        column, of = f"papers_{ENDS[side]}", comparison.using[side]
        rows = table[table[column] > 0].sort_values([column, "sense"], ascending=[False, True])
        parts += ["; " if side else ""]
        if rows.empty:
            parts.append(f"{'no' if side else 'No'} sense is sure in {name}")
            continue
        sense, n = rows["sense"].iloc[0], int(rows[column].iloc[0])
        tied = [comparison.palette[each].name for each in rows.loc[rows[column] == n, "sense"]]
        shown = listed([tied[0], *map(in_sentence, tied[1:])], most=_NAMED)
        shown = in_sentence(shown) if side else shown
        verb = "is the commonest sense" if len(tied) == 1 else "are the commonest senses"
        fact = behind(comparison, "sense", sense, side, f"{n:,} of {count_of(of, 'paper')}")
        parts += [f"{shown} {verb} in {name} (", fact, f"{' each' if len(tied) > 1 else ''})"]
    why = f"A side has fewer than {ENOUGH} papers with the term, so no difference is named."
    return sentence(*parts, ".", note=[why])


def _commoner(
    comparison: Comparison, table: pd.DataFrame, what: str, names: dict[str, str], verb: str
) -> list[Sentence]:
    """For each side that has clearly more of something a sentence, the largest difference first.

    ``table`` has a column ``name``, ``names`` says how each is written, ``verb`` what it is more of.
    """
    clear = clearest(table)
    told = []
    for side in dict.fromkeys(int(row.difference < 0) for row in rows_of(clear)):
        rows = clear[(clear["difference"] < 0) == bool(side)]
        first, rest = rows.iloc[0], [in_sentence(names[name]) for name in rows["name"].iloc[1:]]
        low, high = sorted(abs(first[end]) for end in ("low", "high"))
        estimated = "" if first["error"] == "papers" else "an estimated "
        also = f"; so {'is' if len(rest) == 1 else 'are'} {listed(rest, most=_NAMED)}" if rest else ""
        text = (
            f"{names[first['name']]} {verb} in {comparison.names[side]} than in {comparison.names[1 - side]}, by "
            f"{estimated}{points(first['difference'])} percentage points (95% interval {points(low)} to {points(high)})"
            f"{also}."
        )
        told.append(sentence(text[:1].upper() + text[1:], note=_as_read(comparison, first, what, bool(rest), names)))
    return told


def _as_read(
    comparison: Comparison, row: pd.Series, what: str, several: bool, names: dict[str, str]
) -> list[str | Fact]:
    """The counts of both sides, each of which leads to its papers."""
    of_which = f", {names[row['name']]}" if several else ""
    parts: list[str | Fact] = [f"As read{of_which}: "]
    for side, end in enumerate(ENDS):
        n, of = int(row[f"papers_{end}"]), count_of(int(row[f"of_{end}"]), "paper")
        fact = behind(comparison, what, row["name"], side, f"{n:,} of {of}") if n else f"none of {of}"
        parts += [", " if side else "", f"{comparison.names[side]} ", fact]
    return [*parts, "."]


def _kinds(comparison: Comparison) -> list[Sentence]:
    names = {name: f"\u201c{name}\u201d" for name in comparison.kinds["name"]}
    return _commoner(comparison, comparison.kinds, "kind", names, "is named more")


def _methods(comparison: Comparison) -> list[Sentence]:
    names = {name: f"\u201c{name}\u201d" for name in comparison.methods["name"]}
    return _commoner(comparison, comparison.methods, "method", names, "is named as a method more")


def _stances(comparison: Comparison) -> list[Sentence]:
    """The largest clear difference in what is done with one sense."""
    clear = clearest(comparison.stances)
    if clear.empty:
        return []
    row = clear.iloc[0]
    side = int(row["difference"] < 0)
    low, high = sorted(abs(row[end]) for end in ("low", "high"))
    palette = comparison.palette
    estimated = "" if row["error"] == "papers" else "an estimated "
    return [
        sentence(
            f"{palette[row['sense']].name} is {palette.past[row['stance']]} more in {comparison.names[side]} than in "
            f"{comparison.names[1 - side]}, by {estimated}{points(row['difference'])} percentage points of its papers "
            f"(95% interval {points(low)} to {points(high)})."
        )
    ]


def _one_sided(comparison: Comparison) -> list[Sentence]:
    """What one side alone has: the commonest of each side."""
    table = comparison.new_and_gone
    parts: list[str | Fact] = []
    for side in (1, 0):
        rows = table[table[f"papers_{ENDS[1 - side]}"] == 0]
        if rows.empty:
            continue
        parts += ["; only " if parts else "Only ", comparison.names[side], " has "]
        shown = rows_of(rows.head(_NAMED))
        for number, row in enumerate(shown):
            name = in_sentence(comparison.palette[row.name].name) if row.what == "sense" else f"\u201c{row.name}\u201d"
            more = len(rows) > len(shown)
            last = number == len(shown) - 1 and not more
            fact = behind(comparison, row.what, row.name, side, f"{max(row.papers_one, row.papers_two):,}")
            parts += [" and " if number and last else ", " if number else "", f"{name} (", fact, ")"]
        if len(rows) > len(shown):
            parts.append(f" and {len(rows) - len(shown):,} more")
    return [sentence(*parts, ".", note=["Numbers are papers."])] if parts else []


def _compared(comparison: Comparison) -> Sentence:
    """What was compared, and how many papers are in both."""
    (one, two), both = comparison.using, len(comparison.common)
    text = (
        f"{count_of(one, 'paper')} of {comparison.names[0]} {'uses' if one == 1 else 'use'} the term, and "
        f"{count_of(two, 'paper')} of {comparison.names[1]}"
    )
    note = [f"{count_of(both, 'paper')} {'is' if both == 1 else 'are'} in both and count{'s' if both == 1 else ''} on "
            "each side."] if both else ["No paper is in both."]  # fmt: skip
    return sentence(f"{text[:1].upper()}{text[1:]}.", note=note)
