"""A chart or a captioned table for each answer of ``analysis.findings``, under the same name: ``chart(answer, study)``.

The study lends its palette and what else a caption says; the functions that do the work need no study. The charts of an
``Evaluation`` need nothing beside it.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from analysis.charts import (
    calibration,
    cards,
    collection,
    companions,
    comparable,
    counted_words,
    evaluation,
    evidence_rows,
    flow,
    groups,
    kinds,
    marked_paper,
    mention_places,
    mixing,
    references,
    reviewed,
    sense_papers,
    shares,
    stance,
    text,
    traps,
    tree,
    words,
    years,
)
from analysis.charts import (
    collocates as near,
)
from analysis.charts.figure import Figure, Table
from analysis.collection import retracted
from analysis.common.extras import extra
from analysis.findings import of_study as findings
from analysis.findings.shares import too_few

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from analysis.charts.lab_map import MentionMap
    from analysis.charts.text import Html
    from analysis.evaluation import Evaluation
    from analysis.findings.cards import Card
    from analysis.findings.tree import Tree
    from analysis.study.study import Study

__all__ = [
    "ambiguity",
    "annotated_paper",
    "candidate_terms",
    "collocates",
    "comparable_quantities",
    "compared_methods",
    "concordance",
    "confusion",
    "coverage",
    "dispersion",
    "distinguishing_collocates",
    "evidence",
    "field_coverage",
    "fields_left_out",
    "first_seen",
    "forms",
    "keyness",
    "kinds_by_sense",
    "left_out",
    "map_widget",
    "mention_map",
    "method_figures",
    "mixed_papers",
    "named_with_sense",
    "neighbours",
    "ngrams",
    "paper_card",
    "paper_list",
    "papers_by_year",
    "parent_shares",
    "prisma",
    "query_senses",
    "record_fates",
    "reference_list",
    "reliability",
    "reviewed_shares",
    "sense_by_year",
    "sense_cards",
    "sense_pairs",
    "sense_shares",
    "senses",
    "senses_left_out",
    "shares_by",
    "single_senses",
    "stability",
    "stance_by_sense",
    "stances",
    "surest_errors",
    "switches",
    "topic_tree",
]


P = ParamSpec("P")
Shown = TypeVar("Shown", bound="Figure | Table | Html")


def _in_place(draw: Callable[Concatenate[Any, Study, P], Shown]) -> Callable[Concatenate[Any, Study, P], Shown]:
    """What is drawn, its numbers unfolding in place where no report's pages lie beside it."""

    @wraps(draw)
    def drawn(answer: Any, study: Study, *arguments: P.args, **options: P.kwargs) -> Shown:
        return findings.in_place(draw(answer, study, *arguments, **options), study)

    return drawn


# The collection


@_in_place
def prisma(table: pd.DataFrame, study: Study) -> Figure:
    """The flow diagram of PRISMA 2020."""
    return flow.prisma_figure(table, findings.record_flow(study), study.term)


@_in_place
def record_fates(table: pd.DataFrame, study: Study) -> Table:
    """Records by status and reason."""
    return collection.fates_table(table)


@_in_place
def field_coverage(table: pd.DataFrame, study: Study) -> Figure:
    """For how many papers each field is known."""
    return collection.coverage_figure(table)


@_in_place
def papers_by_year(table: pd.DataFrame, study: Study) -> Figure:
    """Papers of each year, with and without a mention."""
    return collection.years_figure(table)


@_in_place
def paper_list(table: pd.DataFrame, study: Study) -> Table:
    """The papers with their numbers of mentions."""
    return collection.papers_table(table)


@_in_place
def reference_list(papers: pd.DataFrame, study: Study) -> Html:
    """Papers in a citation style."""
    return references.references(retracted.named(papers))


# The mentions


@_in_place
def forms(table: pd.DataFrame, study: Study) -> Table:
    """The spellings of the term."""
    return words.forms_table(table)


@_in_place
def left_out(table: pd.DataFrame, study: Study) -> Table:
    """Words that only contain the term's letters."""
    return words.left_out_table(table)


@_in_place
def neighbours(table: pd.DataFrame, study: Study) -> Figure:
    """The commonest modifiers, heads and verbs of the mentions."""
    return words.neighbours_figure(table, study.term)


@_in_place
def ngrams(table: pd.DataFrame, study: Study) -> Table:
    """The phrases with the term that papers share."""
    return counted_words.ngrams_table(table, study.term)


@_in_place
def collocates(table: pd.DataFrame, study: Study) -> Table:
    """The words near the term with logDice, MI3, t and log-likelihood."""
    return counted_words.collocates_table(table, study.term)


@_in_place
def keyness(table: pd.DataFrame, study: Study, reference: Study | None = None) -> Table:
    """The words that set the collection apart from general abstracts, or from those of another study."""
    against = "general abstracts (arXiv 2025 to 2026)" if reference is None else f"the study {reference.folder.name}"
    return counted_words.keyness_table(table, len(study.papers), against)


@_in_place
def dispersion(table: pd.DataFrame, study: Study) -> Table:
    """How evenly the term and its senses are spread over papers, years and texts."""
    return counted_words.dispersion_table(table, study.palette)


@_in_place
def concordance(lines: pd.DataFrame, study: Study) -> Html:
    """Mentions in their lines, one below the other, in each sense in the order of ``findings.concordance``."""
    return text.concordance(lines, study.palette)


# The senses


@_in_place
def sense_shares(table: pd.DataFrame, study: Study) -> Figure:
    """How common each sense is, by papers and by mentions."""
    return shares.shares_figure(table, study.palette)


@_in_place
def parent_shares(table: pd.DataFrame, study: Study) -> Figure | Html:
    """The same for the parents of senses; says so where there are none, or where few papers use the term."""
    if table.empty:
        return text.not_shown("parent-shares", "These senses have no parents, so nothing is put together.")
    if too_few(table):
        return text.not_shown("parent-shares", "The papers are too few for shares.")
    return shares.shares_figure(table, study.by_parent.palette, name="parent-shares", level="parent of senses")


@_in_place
def reviewed_shares(table: pd.DataFrame, study: Study) -> Figure:
    """How common each sense is by the mentions reviewed at random."""
    return reviewed.reviewed_figure(table, study.palette)


@_in_place
def senses(table: pd.DataFrame, study: Study) -> Figure | Table:
    """Which senses there are: their shares, or where few papers use the term, the papers of each."""
    if not table["count"].any() or not too_few(table):
        return sense_shares(table, study)
    return sense_papers.papers_table(findings.papers_by_sense(study), study.readings, study.palette)


@_in_place
def distinguishing_collocates(table: pd.DataFrame, study: Study) -> Figure:
    """The words that tell the senses apart."""
    return near.collocates_figure(table, study.palette)


@_in_place
def sense_cards(answer: Sequence[Card], study: Study) -> Html:
    """A card for each sense, with quotes."""
    return cards.cards_html(answer, study.palette)


@_in_place
def topic_tree(topics: Tree, study: Study) -> Figure:
    """The topics by their likeness."""
    return tree.tree_figure(topics, study.palette)


@_in_place
def mention_map(table: pd.DataFrame, study: Study) -> Figure:
    """The mentions on a map, a panel for each sense."""
    return mention_places.map_figure(table, study.palette)


def map_widget(study: Study) -> MentionMap:
    """The mentions on a map in JupyterLab, to select from.

    It has ``.selection``, ``.select``, ``.colour_by`` and ``.neighbours``: see ``lab_map.MentionMap``. Raises
    ``BadInput`` where the extra ``lab`` is not installed.
    """
    with extra("lab", "the map in JupyterLab"):
        from analysis.charts.lab_map import MentionMap
    return MentionMap(study)


# What authors do with them, and how they meet


@_in_place
def stance_by_sense(table: pd.DataFrame, study: Study) -> Figure:
    """What authors do with each sense."""
    return stance.stance_figure(table, study.palette, reliability=study.error_model.stances_as_labelled)


@_in_place
def stances(table: pd.DataFrame, study: Study) -> Figure | Html:
    """The same in a summary: where few papers use the term, each paper's line in ``senses`` says it."""
    if len(table) and too_few(findings.sense_shares(study)):
        why = "The papers are too few for shares of what authors do. The list of papers and the evidence say it."
        return text.not_shown("sense-by-stance", why)
    return stance_by_sense(table, study)


@_in_place
def sense_pairs(table: pd.DataFrame, study: Study) -> Figure:
    """How many papers use each two senses."""
    papers = study.mentions["paper_id"].nunique()
    return mixing.mixing_figure(table, findings.mixed_papers(study), study.palette, papers=papers)


@_in_place
def mixed_papers(table: pd.DataFrame, study: Study) -> Table:
    """The papers that use several senses."""
    return mixing.mixed_table(table, study.palette, reliability=study.error_model.mixing_as_labelled)


@_in_place
def switches(table: pd.DataFrame, study: Study) -> Table:
    """Where a text goes from one sense to the next."""
    return mixing.switches_table(table, study.palette)


@_in_place
def annotated_paper(paper_id: str, study: Study) -> Html:
    """An abstract with each mention underlined in its sense's colour; says so where ``paper_id`` is ""."""
    return text.annotated_paper(study.readings, paper_id, study.palette)


# Which kinds, and what goes with them


@_in_place
def kinds_by_sense(table: pd.DataFrame, study: Study) -> Figure:
    """The kinds that papers name in each sense."""
    return kinds.kinds_figure(table, study.palette, study.term)


@_in_place
def named_with_sense(table: pd.DataFrame, study: Study, kind: str = "method") -> Figure:
    """Which methods (or materials, tasks, metrics) are named with which sense."""
    return companions.companions_figure(table, study.palette, kind)


@_in_place
def comparable_quantities(table: pd.DataFrame, study: Study) -> Figure:
    """Results side by side where measure and unit are the same."""
    return comparable.comparable_figure(table)


# What papers say


@_in_place
def evidence(table: pd.DataFrame, study: Study, *, rows: int = evidence_rows.ROWS, brief: bool = False) -> Html:
    """The evidence table, at most ``rows`` rows per sense; ``brief`` for a summary."""
    return evidence_rows.evidence_table(table, study.palette, rows=rows, brief=brief)


@_in_place
def paper_card(paper_id: str, study: Study) -> Html:
    """An abstract with its roles, names, numbers and mentions marked; says so where ``paper_id`` is ""."""
    marks = marked_paper.Marks(study.sentences, study.entities, study.quantities, study.readings)
    return marked_paper.paper_card(paper_id, study.named_papers, marks, study.palette)


# Searches


@_in_place
def query_senses(table: pd.DataFrame, study: Study, query: str | None = None) -> Figure:
    """The senses of the papers that a query finds (default: the usual one)."""
    query = findings.usual_query(study) if query is None else query
    return traps.traps_figure(table, query, study.palette)


@_in_place
def candidate_terms(table: pd.DataFrame, study: Study, sense: str | None = None) -> Table:
    """Words to search for besides, to keep one sense (default: the commonest)."""
    sense = findings.commonest(study) if sense is None else sense
    shares = findings.sense_shares(study).query("unit == 'papers'").set_index("sense")["estimate"]
    return traps.candidates_table(
        table, sense, study.palette, share=float(shares.get(sense, 0)), corrected=study.error_model.senses is not None
    )


# Years, venues, subjects


@_in_place
def sense_by_year(table: pd.DataFrame, study: Study) -> Figure:
    """Each sense's share of the papers of each year, with its trend."""
    return years.sense_years_figure(table, findings.trends(study), study.palette)


@_in_place
def first_seen(table: pd.DataFrame, study: Study) -> Table:
    """The first year of each sense, and a paper of it."""
    return years.first_seen_table(table, study.palette)


@_in_place
def shares_by(table: pd.DataFrame, study: Study, column: str) -> Figure:
    """Senses in each group of a column of papers, such as venue or subjects."""
    name = {"subjects": "subject", "keywords": "keyword"}.get(column, column)
    return groups.groups_figure(table, findings.group_sizes(study, column), name, study.palette)


# Beside others


def ambiguity(*answers: Mapping[str, float | int | str]) -> Table:
    """How many senses a term has in effect, one row for each of ``findings.ambiguity``'s answers."""
    return shares.ambiguity_table(answers)


# How far the readings can be trusted


def compared_methods(measured: Evaluation) -> Figure:
    """The figures of several methods with their intervals, as a chart."""
    return evaluation.methods_figure(measured)


def method_figures(measured: Evaluation) -> Table:
    """The figures of several methods with their intervals, as a table."""
    return evaluation.methods_table(measured)


def single_senses(measured: Evaluation) -> Figure:
    """Precision and recall of each sense."""
    return evaluation.classes_figure(measured, measured.palette)


def confusion(measured: Evaluation) -> Figure:
    """Which senses are taken for which."""
    return evaluation.confusion_figure(measured, measured.palette)


def surest_errors(table: pd.DataFrame, measured: Evaluation) -> Table:
    """Mentions read otherwise than labelled, the most confident first."""
    return evaluation.errors_table(table, measured.palette)


def reliability(measured: Evaluation) -> Figure:
    """Does confidence mean what it says?"""
    return calibration.reliability_figure(measured)


def coverage(measured: Evaluation) -> Figure:
    """How right the surest readings are."""
    return calibration.coverage_figure(measured)


def fields_left_out(measured: Evaluation) -> Figure:
    """How right the head is in a field that it was not trained on."""
    return evaluation.parts_figure(measured)


def senses_left_out(table: pd.DataFrame, measured: Evaluation) -> Table:
    """How well a sense that was left out is flagged as novel."""
    return evaluation.senses_left_out_table(table, measured.palette)


def stability(measured: Evaluation) -> Figure:
    """How often each sense and topic was found again."""
    return evaluation.stability_figure(measured, measured.palette)
