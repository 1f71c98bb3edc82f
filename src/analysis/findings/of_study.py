"""The questions that a study answers, each with the order of senses, the stances and the error model that it knows.

Every answer is worked out once for a study and kept with it. Each function says which one over plain tables does the
work; that one has further options and needs no study.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from analysis.common.display import in_report
from analysis.common.errors import BadInput
from analysis.common.words import WordCounts, whole_text, word_counts
from analysis.findings import (
    cards,
    collection,
    companions,
    comparable,
    compare,
    corrected,
    evidence_table,
    groups,
    keywords,
    kind_names,
    kinds_of_senses,
    kwic,
    layout,
    mixing,
    nearest,
    phrases,
    prisma_report,
    reviewed,
    shares,
    spread,
    stance,
    summary,
    time,
    traps,
    tree,
    words,
    write_up,
)
from analysis.findings import (
    collocates as near,
)
from analysis.findings.behind import InPlace
from analysis.senses.reader import INDUCED
from analysis.statistics import stances
from analysis.statistics.bootstrap import estimate

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.common.prose import Prose
    from analysis.study.study import Study

__all__ = [
    "ambiguity",
    "answer_collection",
    "answer_evidence",
    "answer_mentions",
    "answer_relations",
    "answer_reviews",
    "answer_senses",
    "candidate_terms",
    "collocates",
    "commonest",
    "commonest_kinds",
    "comparable_quantities",
    "compare_ambiguity",
    "compare_shares",
    "concordance",
    "dispersion",
    "distinguishing_collocates",
    "estimate",
    "evidence",
    "field_coverage",
    "first_seen",
    "forms",
    "group_sizes",
    "key_findings",
    "keyness",
    "kinds",
    "kinds_by_sense",
    "left_out",
    "limits",
    "mention_map",
    "methods",
    "mixed_papers",
    "mixing_share",
    "named_with_sense",
    "nearest_mentions",
    "neighbours",
    "ngrams",
    "paper_list",
    "papers_by_sense",
    "papers_by_year",
    "parent_shares",
    "prisma",
    "query_senses",
    "record_fates",
    "record_flow",
    "reviewed_shares",
    "role_by_sense",
    "search_report",
    "searches",
    "sense_by_year",
    "sense_cards",
    "sense_pairs",
    "sense_shares",
    "shares_by",
    "stance_by_sense",
    "stance_replicates",
    "switches",
    "topic_tree",
    "trends",
    "usual_query",
]

P = ParamSpec("P")
Answer = TypeVar("Answer")
Question = Callable[Concatenate["Study", P], Answer]


def _once(ask: Question[P, Answer]) -> Question[P, Answer]:
    """The question, worked out once for each study and options. Whoever changes a table changes a copy."""

    @wraps(ask)
    def answer(study: Study, *arguments: P.args, **options: P.kwargs) -> Answer:
        import pandas as pd

        key = (ask.__name__, arguments, tuple(sorted(options.items())))
        if key not in study.answers:
            study.answers[key] = in_place(ask(study, *arguments, **options), study)
        kept = study.answers[key]
        return cast("Answer", kept.copy(deep=False) if isinstance(kept, pd.DataFrame | pd.Series) else kept)

    return answer


def in_place(shown: Answer, study: Study) -> Answer:
    """What is shown, its numbers unfolding in place where no report's pages lie beside it: see ``behind.InPlace``."""
    if hasattr(shown, "display") and not in_report():
        if InPlace.__name__ not in study.answers:
            study.answers[InPlace.__name__] = InPlace(study.readings, no_sense=study.inventory.no_sense)
        shown.display = study.answers[InPlace.__name__]
    return shown


SENSE, PARENT = "sense", "parent"  # the levels at which senses are counted


def at_level(study: Study, level: str) -> Study:
    """The study by senses, as it is, or by their parents. Raises ``BadInput`` for any other level, or without parents.

    Every question can be asked of ``study.by_parent``; those asked most take the ``level``.
    """
    if level not in (SENSE, PARENT):
        raise BadInput(f"level {level!r}: senses are counted by {SENSE} or by {PARENT}")
    return study if level == SENSE else study.by_parent


# The collection


@_once
def answer_collection(study: Study) -> Prose:
    """How many papers there are, and what is known of them: ``summary.answer_collection``."""
    return summary.answer_collection(study.named_papers, study.audit, study.readings)


@_once
def record_flow(study: Study) -> pd.DataFrame:
    """How many records are left at each stage: ``collection.flow.record_flow``."""
    from analysis.collection.flow import record_flow
    from analysis.collection.load import Collection

    return record_flow(Collection(study.papers, study.audit, study.duplicates), study.mentions)


@_once
def prisma(study: Study) -> pd.DataFrame:
    """The numbers of PRISMA 2020's flow diagram as its template's table: ``prisma_report.prisma``.

    Records are excluded in screening where a person dropped every row of a paper from the evidence table.
    """
    out = None
    if study.manifest["evidence"]:
        rows = evidence(study, dropped=True)
        out = int((~rows.groupby("paper_id")["keep"].any()).sum())
    return prisma_report.prisma(record_flow(study), study.term, searches=searches(study), screened_out=out)


@_once
def searches(study: Study) -> pd.DataFrame:
    """Where the records of each source come from, as far as it is known: ``prisma_report.searches``."""
    return prisma_report.searches(study.manifest["inputs"])


@_once
def search_report(study: Study) -> Prose:
    """The search in words, by the items of PRISMA-S: ``prisma_report.search_report``."""
    merged = not study.manifest["keep_duplicates"]
    return prisma_report.search_report(searches(study), duplicates=study.duplicates, merged=merged)


@_once
def record_fates(study: Study) -> pd.DataFrame:
    """Records by status and reason: ``findings.collection.record_fates``."""
    return collection.record_fates(study.audit)


@_once
def field_coverage(study: Study) -> pd.DataFrame:
    """For how many papers each field is known: ``findings.collection.field_coverage``."""
    return collection.field_coverage(study.papers)


@_once
def papers_by_year(study: Study) -> pd.DataFrame:
    """Papers of each year, with and without a mention: ``findings.collection.papers_by_year``."""
    return collection.papers_by_year(study.papers, study.mentions)


@_once
def paper_list(study: Study) -> pd.DataFrame:
    """The papers with their numbers of mentions: ``findings.collection.paper_list``."""
    return collection.paper_list(study.named_papers, study.mentions)


# The mentions


@_once
def answer_mentions(study: Study) -> Prose:
    """How often the term is used, and what stands before it: ``summary.answer_mentions``."""
    return summary.answer_mentions(study.readings, study.excluded, study.term)


@_once
def forms(study: Study) -> pd.DataFrame:
    """The spellings of the term: ``words.forms``."""
    return words.forms(study.mentions)


@_once
def left_out(study: Study) -> pd.DataFrame:
    """Words that only contain the term's letters: ``words.left_out``."""
    return words.left_out(study.excluded)


@_once
def neighbours(study: Study) -> pd.DataFrame:
    """The commonest modifiers, heads and verbs of the mentions: ``words.neighbours``."""
    return words.neighbours(study.mentions)


def concordance(
    study: Study,
    *,
    sort: str | Sequence[str] = ("L1", "L2", "L3"),
    left: str = "",
    right: str = "",
    span: int = kwic.SPAN,
    sense: str | None = None,
) -> pd.DataFrame:
    """The mentions as lines, sorted and chosen by the words beside them: ``kwic.concordance``."""
    return kwic.concordance(study.readings, sort=sort, left=left, right=right, span=span, sense=sense)


def ngrams(study: Study, lengths: Sequence[int] = phrases.LENGTHS, *, stop_words: bool = False) -> pd.DataFrame:
    """The phrases with the term that papers share: ``phrases.ngrams``."""
    return phrases.ngrams(study.readings, lengths=lengths, stop_words=stop_words)


@_once
def collocates(
    study: Study, sense: str | None = None, *, span: int = kwic.SPAN, stop_words: bool = False
) -> pd.DataFrame:
    """The words near the term with logDice, MI3, t and log-likelihood: ``collocates.collocates``."""
    counts = _word_counts(study).table
    return near.collocates(study.readings, counts, sense=sense, span=span, stop_words=stop_words)


@_once
def dispersion(study: Study) -> pd.DataFrame:
    """How evenly the term and its senses are spread over papers, years and texts: ``spread.dispersion``."""
    return spread.dispersion(study.readings, study.papers, _word_counts(study).sizes, study.order)


def keyness(study: Study, reference: Study | None = None) -> pd.DataFrame:
    """The words that set the collection apart from general abstracts, or from another study's: ``keywords.keyness``.

    The forms of the term are left out, since the collection was searched for them.
    """
    held = keywords.shipped_reference() if reference is None else keywords.reference_of(_word_counts(reference))
    return keywords.keyness(_word_counts(study), held, besides=set(study.mentions["surface"]))


@_once
def _word_counts(study: Study) -> WordCounts:
    """The words of all titles and abstracts: ``common.words.word_counts``."""
    return word_counts(map(whole_text, study.papers["title"], study.papers["abstract"]))


def nearest_mentions(study: Study, mention_id: str, n: int = 10) -> pd.DataFrame:
    """The ``n`` mentions used most like one, with their cosine similarity: ``nearest.nearest_mentions``."""
    return nearest.nearest_mentions(study.readings, study.vectors, mention_id, n)


# The senses


@_once
def sense_shares(study: Study, *, level: str = SENSE) -> pd.DataFrame:
    """How common each sense (or parent) is, by papers and by mentions, with intervals: ``shares.sense_shares``.

    Where enough mentions drawn at random are reviewed, these tell the shares of mentions: ``reviewed.with_reviews``.
    """
    study = at_level(study, level)
    table = shares.sense_shares(study.readings, study.order, confusion=study.error_model.senses)
    return reviewed.with_reviews(table, reviewed_shares(study))


@_once
def reviewed_shares(study: Study) -> pd.DataFrame:
    """How common each sense is by the mentions reviewed at random, with intervals: ``reviewed.reviewed_shares``."""
    return reviewed.reviewed_shares(_sample(study))


@_once
def answer_reviews(study: Study, *, within: float = reviewed.WITHIN) -> Prose:
    """What the reviews say so far, and when reviewing can stop: ``reviewed.answer_reviews``.

    ``within`` is half the width of an interval that will do, such as 0.05.
    """
    return reviewed.answer_reviews(_sample(study), study.palette, within=within)


@_once
def _sample(study: Study) -> reviewed.Sample:
    """The mentions reviewed at random as counted: ``reviewed.count_sample``."""
    from analysis.study.sample import sample_of, sampled_order

    read = zip(study.machine["mention_id"], study.machine["sense"].map(study.inventory.current), strict=True)
    return reviewed.count_sample(
        study.readings, dict(read), sample_of(study), sampled_order(study) if len(study.machine) else [], study.order
    )


@_once
def parent_shares(study: Study) -> pd.DataFrame:
    """``sense_shares`` by parents; no row where the senses have none."""
    if not study.inventory.parents:
        return sense_shares(study).iloc[:0]
    return sense_shares(study, level=PARENT)


@_once
def papers_by_sense(study: Study, *, level: str = SENSE) -> pd.DataFrame:
    """The shares with the papers of each sense (or parent): ``shares.papers_by_sense``."""
    study = at_level(study, level)
    return shares.papers_by_sense(study.readings, sense_shares(study))


def commonest(study: Study) -> str:
    """The sense that most papers use, "" without a mention: ``shares.commonest``."""
    return shares.commonest(study.readings, no_sense=study.inventory.no_sense)


@_once
def answer_senses(study: Study) -> Prose:
    """Which senses and finer topics there are: ``summary.answer_senses``."""
    return summary.answer_senses(study.readings, sense_shares(study), study.topics, ambiguity(study), study.palette)


@_once
def distinguishing_collocates(study: Study) -> pd.DataFrame:
    """The words that stand near one sense more than near the others: ``collocates.distinguishing_collocates``."""
    return near.distinguishing_collocates(study.readings, study.order, no_sense=study.inventory.no_sense)


@_once
def sense_cards(study: Study, *, level: str = SENSE) -> list[cards.Card]:
    """All that is known of each sense (or parent), with quotes: ``cards.sense_cards``."""
    from analysis.evaluation import shipped_evaluation

    study = at_level(study, level)
    return cards.sense_cards(
        study.readings,
        study.inventory,
        sense_shares(study),
        distinguishing_collocates(study),
        vectors=study.vectors,
        evaluation=shipped_evaluation() if study.reading.learned_shipped else None,
        stances=stance_by_sense(study),
    )


@_once
def topic_tree(study: Study) -> tree.Tree:
    """Which topics are alike by their vectors: ``tree.topic_tree``."""
    return tree.topic_tree(study.readings, study.vectors, no_sense=study.inventory.no_sense)


@_once
def mention_map(study: Study) -> pd.DataFrame:
    """The mentions with their places x and y on a map of the vectors: ``layout.placed``."""
    return layout.placed(study.readings, layout.mention_layout(study))


# What authors do with them, and how they meet


@_once
def stance_by_sense(study: Study, *, level: str = SENSE) -> pd.DataFrame:
    """What authors do with each sense (or parent), with intervals: ``stance.stance_by_sense``."""
    study = at_level(study, level)
    return stance.stance_by_sense(study.readings, study.order, **_stances(study))


@_once
def role_by_sense(study: Study) -> pd.DataFrame:
    """The same with stances put together as roles (harm, tool): ``stance.stance_by_sense``."""
    return stance.stance_by_sense(study.readings, study.order, roles=study.inventory.roles, **_stances(study))


def stance_replicates(
    study: Study, *, draws: int = 1000, seed: int = 0
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Plausible versions of the readings, to carry their uncertainty into any statistic.

    Yields for each draw the weight of each mention, its sense (index into ``study.order``) and its stance (index into
    ``study.inventory.stances``, -1 without one): ``statistics.stances.stance_replicates``.
    """
    yield from stances.stance_replicates(study.readings, study.order, draws=draws, seed=seed, **_stances(study))


def _stances(study: Study) -> dict[str, Any]:
    return {
        "confusion": study.error_model.senses,
        "stance_confusion": study.error_model.stances,
        "stances": tuple(study.inventory.stances),
    }


@_once
def mixing_share(study: Study) -> dict[str, Any]:
    """How many papers use several senses: ``mixing.mixing_share``."""
    return mixing.mixing_share(
        study.readings, study.order, confusion=study.error_model.senses, no_sense=study.inventory.no_sense
    )


@_once
def answer_relations(study: Study) -> Prose:
    """Which senses are harms or tools, and how many papers mix them: ``summary.answer_relations``."""
    few = shares.too_few(sense_shares(study))
    return summary.answer_relations(study.readings, role_by_sense(study), mixing_share(study), study.palette, few=few)


@_once
def sense_pairs(study: Study) -> pd.DataFrame:
    """How many papers use each two senses: ``mixing.sense_pairs``."""
    return mixing.sense_pairs(
        study.readings, study.order, confusion=study.error_model.senses, no_sense=study.inventory.no_sense
    )


@_once
def mixed_papers(study: Study) -> pd.DataFrame:
    """The papers that use several senses: ``mixing.mixed_papers``."""
    return mixing.mixed_papers(study.readings, no_sense=study.inventory.no_sense)


@_once
def switches(study: Study) -> pd.DataFrame:
    """Where a text goes from one sense to the next: ``mixing.switches``."""
    return mixing.switches(study.readings, no_sense=study.inventory.no_sense)


# Which kinds, and what goes with them


@_once
def kinds(study: Study) -> pd.DataFrame:
    """Which kind of the term each mention names, and who has it: ``kind_names.named_kinds``."""
    return kind_names.named_kinds(study.readings, study.term)


@_once
def kinds_by_sense(study: Study) -> pd.DataFrame:
    """In how many papers of each sense each kind is named: ``kinds_of_senses.kinds_by_sense``."""
    return kinds_of_senses.kinds_by_sense(kinds(study), study.readings, study.order, confusion=study.error_model.senses)


@_once
def commonest_kinds(study: Study) -> pd.DataFrame:
    """In how many papers each kind is named, commonest first: ``kinds_of_senses.commonest_kinds``."""
    return kinds_of_senses.commonest_kinds(kinds(study))


@_once
def named_with_sense(study: Study, kind: str = "method") -> pd.DataFrame:
    """Which methods (or materials, tasks, metrics) go with which sense: ``companions.named_with_sense``."""
    named = evidence_table.named_in(evidence(study), kind)
    return companions.named_with_sense(
        study.readings, named, study.order, kind=kind, confusion=study.error_model.senses
    )


@_once
def comparable_quantities(study: Study) -> pd.DataFrame:
    """Results of one measure in one unit, of several papers: ``comparable.comparable_quantities``."""
    return comparable.comparable_quantities(study.quantities, study.readings)


# Searches


@_once
def usual_query(study: Study) -> str:
    """The term with the commonest phrase beside it, "" if there is none: ``traps.usual_query``."""
    return traps.usual_query(study.papers, study.readings, study.term)


@_once
def query_senses(study: Study, query: str | None = None) -> pd.DataFrame:
    """The senses of the papers that a query finds (default: the usual one): ``traps.query_senses``."""
    query = usual_query(study) if query is None else query
    return traps.query_senses(study.papers, study.readings, query, study.order, confusion=study.error_model.senses)


@_once
def candidate_terms(study: Study, sense: str | None = None, *, top: int = 15) -> pd.DataFrame:
    """Words to search for besides, to keep one sense (default: the commonest): ``traps.candidate_terms``."""
    sense = commonest(study) if sense is None else sense
    return traps.candidate_terms(
        study.papers, study.readings, sense, study.order, confusion=study.error_model.senses, top=top
    )


# What papers say


@_once
def answer_evidence(study: Study) -> Prose:
    """How many papers name what they mean, what they made and what came of it: ``summary.answer_evidence``."""
    return summary.answer_evidence(evidence(study), commonest_kinds(study))


@_once
def evidence(study: Study, *, dropped: bool = False) -> pd.DataFrame:
    """What each paper says of its bias, one row per paper and sense, with the study's corrections in their places:
    ``evidence_table.evidence``, ``corrected.correct_evidence``. Rows that a person dropped are left out unless
    ``dropped``.
    """
    import pandas as pd

    named = kinds(study)
    bearers = kind_names.named_bearers(study.readings, named, study.term)
    read = evidence_table.evidence(
        study.readings, study.sentences, study.entities, study.quantities, pd.concat([named, bearers]), study.own_work,
        order=study.order, telling=study.palette.telling, no_sense=study.inventory.no_sense,
    )  # fmt: skip
    table = corrected.correct_evidence(read, study.corrections, study.papers)
    return table if dropped else table[table["keep"]].reset_index(drop=True)


# Years, venues, subjects


@_once
def sense_by_year(study: Study, *, level: str = SENSE) -> pd.DataFrame:
    """Each sense's (or parent's) share of the papers of each year: ``time.sense_by_year``."""
    study = at_level(study, level)
    return time.sense_by_year(study.readings, study.order, confusion=study.error_model.senses)


@_once
def trends(study: Study) -> pd.DataFrame:
    """Which shares change with the years: ``time.trends``."""
    return time.trends(sense_by_year(study), no_sense=study.inventory.no_sense)


@_once
def first_seen(study: Study) -> pd.DataFrame:
    """The first year of each sense, and a paper of it: ``time.first_seen``."""
    return time.first_seen(study.readings, study.order, no_sense=study.inventory.no_sense)


@_once
def group_sizes(study: Study, column: str) -> pd.Series:
    """Papers with a mention in each group of a column of papers: ``groups.group_sizes``."""
    return groups.group_sizes(_with(study, column), column)


@_once
def shares_by(study: Study, column: str) -> pd.DataFrame:
    """Each sense's share in each group of a column of papers, such as venue or subjects: ``groups.shares_by``."""
    return groups.shares_by(_with(study, column), column, study.order, confusion=study.error_model.senses)


def _with(study: Study, column: str) -> pd.DataFrame:
    if column in study.readings:
        return study.readings
    return study.readings.merge(study.papers[["paper_id", column]], on="paper_id", validate="m:1")


# Beside others


@_once
def ambiguity(study: Study) -> dict[str, float | int | str]:
    """How many senses the term has in effect: ``compare.ambiguity``."""
    name = f"{study.term}, induced senses" if study.reading.by == INDUCED else study.term
    return compare.ambiguity(
        study.readings, study.order, name=name, confusion=study.error_model.senses, no_sense=study.inventory.no_sense
    )


def compare_ambiguity(one: Study, two: Study) -> dict[str, float]:
    """How many times as ambiguous the term of one study is as that of another: ``compare.compare_ambiguity``."""
    return compare.compare_ambiguity(
        one.readings, one.order, two.readings, two.order,
        no_sense_one=one.inventory.no_sense, no_sense_two=two.inventory.no_sense,
    )  # fmt: skip


def compare_shares(one: Study, two: Study) -> pd.DataFrame:
    """How the shares of senses differ between two studies: ``study.compare(other).shares``.

    Raises ``BadInput`` unless one reader read both in the same senses: else a difference may be that of the readers.
    """
    return one.compare(two).shares


# In words


@_once
def key_findings(study: Study) -> Prose:
    """The findings in sentences, for a summary: ``summary.key_findings``."""
    return summary.key_findings(
        study.readings,
        sense_shares(study),
        role_by_sense(study),
        mixing_share(study),
        study.palette,
        right=write_up.agreement(study),
        kinds=commonest_kinds(study),
        trained_on=write_up.trained_on(study),
        sample=_sample(study),
    )


@_once
def methods(study: Study) -> Prose:
    """A paragraph for the methods of a paper, with this run's numbers: ``write_up.methods``."""
    return write_up.methods(study, _sample(study))


@_once
def limits(study: Study) -> Prose:
    """What these findings do not show: ``write_up.limits``."""
    return write_up.limits(study, _sample(study))
