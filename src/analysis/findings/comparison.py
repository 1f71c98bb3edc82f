"""Two studies, or two parts of one, side by side: what differs, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, TypeVar

from analysis.common.display import in_report
from analysis.common.errors import BadInput
from analysis.common.links import SIDES
from analysis.common.wording import count_of
from analysis.findings import differences, of_study
from analysis.findings.behind import InPlace
from analysis.findings.evidence_table import named_in
from analysis.findings.kind_names import named_kinds
from analysis.findings.sides import SOURCE, papers_of_side, side_names, span_name
from analysis.senses.reader import INDUCED
from analysis.statistics.intervals import ENOUGH

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inventory.palette import Palette
    from analysis.study.study import Study

STUDY = "study"  # what two sides are if they are two studies
Shown = TypeVar("Shown")


@dataclass(frozen=True)
class Comparison:
    """Two sides and the tables of their differences, each worked out when it is first asked for.

    ``one`` and ``two`` are studies by one reader in the same senses, ``names`` what they are called. ``common`` maps
    the papers of ``two`` that are in ``one``, too, to their ids there. A difference is that of one less two.
    """

    one: Study
    two: Study
    names: tuple[str, str]
    common: dict[str, str]

    @property
    def sides(self) -> tuple[Study, Study]:
        """Both studies."""
        return self.one, self.two

    @property
    def palette(self) -> Palette:
        """How the senses look, which both sides share."""
        return self.one.palette

    @cached_property
    def using(self) -> tuple[int, int]:
        """How many papers of each side use the term."""
        one, two = (int(side.mentions["paper_id"].nunique()) for side in self.sides)
        return one, two

    @property
    def few(self) -> bool:
        """Whether a side has so few papers with the term that lists of papers say more than shares."""
        return min(self.using) < ENOUGH

    @cached_property
    def shares(self) -> pd.DataFrame:
        """How the senses differ: ``differences.compare_shares``."""
        return differences.compare_shares(
            self.one.readings, self.two.readings, self.one.order, common=self.common,
            confusion=self.one.error_model.senses,
        )  # fmt: skip

    @cached_property
    def stances(self) -> pd.DataFrame:
        """How what authors do with each sense differs, in stances that have a role: ``differences.compare_stances``."""
        return differences.compare_stances(
            self.one.readings, self.two.readings, self.one.order, list(self.one.inventory.stances),
            telling=self.palette.telling or None, common=self.common,
            confusion=self.one.error_model.senses, stance_confusion=self.one.error_model.stances,
            no_sense=self.palette.no_sense,
        )  # fmt: skip

    @cached_property
    def kinds(self) -> pd.DataFrame:
        """How the kinds of the term that papers name differ: ``differences.compare_named``."""
        return self._named(*self.named_kinds)

    @cached_property
    def methods(self) -> pd.DataFrame:
        """How the methods that papers name differ: ``differences.compare_named``."""
        one, two = (named_in(of_study.evidence(side), "method") for side in self.sides)
        return self._named(one, two)

    @cached_property
    def new_and_gone(self) -> pd.DataFrame:
        """What one side has and the other has not: ``differences.on_one_side``."""
        return differences.on_one_side(self.shares, self.kinds, self.methods, no_sense=self.palette.no_sense)

    @cached_property
    def named_kinds(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The kinds that mentions of each side name, spelled alike: ``kind_names.named_kinds``, kind as ``name``."""
        import pandas as pd

        marked = [side.readings.assign(mention_id=f"{n}:" + side.readings["mention_id"]) for n, side in
                  enumerate(self.sides)]  # fmt: skip
        kinds = named_kinds(pd.concat(marked, ignore_index=True), self.one.term).rename(columns={"kind": "name"})
        of_side = kinds["mention_id"].str.startswith("0:")
        kinds = kinds.assign(mention_id=kinds["mention_id"].str[2:])
        return kinds[of_side].reset_index(drop=True), kinds[~of_side].reset_index(drop=True)

    def _named(self, one: pd.DataFrame, two: pd.DataFrame) -> pd.DataFrame:
        papers = (side.readings["paper_id"].drop_duplicates().tolist() for side in self.sides)
        return differences.compare_named(one, two, *papers, common=self.common)

    def in_place(self, shown: Shown) -> Shown:
        """What is shown, its numbers unfolding in place where no report's pages lie beside it: ``behind.InPlace``."""
        if hasattr(shown, "display") and not in_report():
            shown.display = self._unfolded
        return shown

    def _unfolded(self, html: str) -> str:
        for shows in self._in_places:
            html = shows(html)
        return html

    @cached_property
    def _in_places(self) -> list[InPlace]:
        return [
            InPlace(side.readings, page=page, study=f"comparison.{name}", no_sense=side.inventory.no_sense)
            for side, page, name in zip(self.sides, SIDES, ("one", "two"), strict=True)
        ]

    @property
    def size(self) -> str:
        """``12 of 20 papers in A use “bias”, 9 of 11 in B; 3 papers are in both``."""
        (one, two), both = self.using, len(self.common)
        text = (
            f"{one:,} of {count_of(len(self.one.papers), 'paper')} in {self.names[0]} use \u201c{self.one.term}\u201d, "
            f"{two:,} of {len(self.two.papers):,} in {self.names[1]}"
        )
        return f"{text}; {count_of(both, 'paper')} {'is' if both == 1 else 'are'} in both" if both else text

    def _repr_html_(self) -> str:
        return f'<p class="study">Comparison: {escape(self.size)}.</p>'

    def __repr__(self) -> str:
        return f"Comparison: {self.size}"


def compare_studies(one: Study, two: Study, names: Sequence[str] | None = None) -> Comparison:
    """Set two studies side by side, or two parts of one (``study.only``), under ``names`` (default: their folders').

    Papers of both are recognised by their ids in parts of one study, else as ``merge_duplicates`` does: identifiers,
    then title, year and authors. Raises ``BadInput`` unless one reader read both in the same senses: else a difference
    may be that of the readers.
    """
    _check_readers(one, two)
    called = tuple(names) if names else _default_names(one, two)
    if len(called) != 2 or called[0] == called[1]:
        raise BadInput(f"names: two different ones are needed for the two sides, not {', '.join(map(repr, called))}")
    return Comparison(one, two, (called[0], called[1]), _common(one, two))


def _check_readers(one: Study, two: Study) -> None:
    names = f"{one.folder.name} and {two.folder.name}"
    if one.term != two.term:
        raise BadInput(f"{names} are studies of {one.term!r} and of {two.term!r}; compare studies of one term")
    if one.folder != two.folder and INDUCED in (one.reading.by, two.reading.by):
        raise BadInput(
            f"{names}: their senses were found in each by itself, so they are not the same senses; name the sources "
            "instead of the studies, and both are read together, then divided"
        )
    if one.order != two.order or one.reading != two.reading:
        raise BadInput(
            f"{names} were not read by one reader in the same senses, so their shares cannot be compared; make both "
            "with the same inventory and labels, or name their sources instead"
        )


def _default_names(one: Study, two: Study) -> tuple[str, str]:
    return ("one", "two") if one.folder == two.folder else side_names(str(one.folder), str(two.folder))


def _common(one: Study, two: Study) -> dict[str, str]:
    if one.folder == two.folder:
        both = set(one.papers["paper_id"])
        return {paper: paper for paper in two.papers["paper_id"] if paper in both}
    from analysis.collection.sets import same_papers

    return same_papers(two.papers, one.papers)


def compare_sides(study: Study, sides: Sequence[str] | None = None) -> Comparison:
    """The comparison that a report is told of: ``sides`` is ``[by, one, two]``.

    ``by`` is ``study`` (one and two are folders of studies, which are read) or what ``sides.papers_of_side`` divides
    ``study`` by: source, year, venue, subject. Without ``sides`` the first half of the papers stands beside the second.
    Raises ``BadInput`` as ``compare_studies`` and ``papers_of_side`` do.
    """
    if sides is None:
        ids = study.papers["paper_id"]
        half = len(ids) // 2
        return compare_studies(study.only(ids[:half]), study.only(ids[half:]), ("first half", "second half"))
    by, one, two = sides
    if by == STUDY:
        from analysis.study.study import read_study

        return compare_studies(read_study(one), read_study(two))
    parts = [study.only(papers_of_side(study, by, value)) for value in (one, two)]
    names = side_names(one, two) if by == SOURCE else (one, two)
    if by == "year":
        names = span_name(one, study.papers), span_name(two, study.papers)
    if one == two or names[0] == names[1]:
        raise BadInput(f"{two}: the two sides are the same; name two")
    return compare_studies(parts[0], parts[1], names)
