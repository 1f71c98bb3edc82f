"""Tables of counted words: phrases with the term, its collocates, key words of the collection, and its dispersion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts.figure import Table
from analysis.common.wording import count_of, in_sentence, listed
from analysis.findings import keywords, phrases
from analysis.findings.collocates import LEAST as PAPERS_NEAR
from analysis.findings.rows import rows_of
from analysis.findings.spread import ANY, DRAWS
from analysis.statistics.intervals import FEW

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inventory.palette import Palette

ROWS = 15  # that a page shows; the CSV beside it has them all
SURE = 0.05  # a collocate with a larger p-value may stand there by chance
FAR = 0.2  # of DP above chance, from which a heading calls a sense concentrated
_PHRASES = (
    "A phrase ends at punctuation, at a number and with its sentence. Phrases that begin or end in an English "
    "stop word are left out, and so are those that always stand in the same longer one. A mention counts for each "
    "phrase that holds it."
)
_MEASURES = (
    "Near is how often the word stands near the term, frequency how often in the whole collection. logDice is 14 "
    "at most; one point more is twice as strong (Rychl\u00fd 2008). MI and MI3 are in bits, and t is the t-score. "
    "The p-value is that of the log-likelihood, corrected for all words of as many papers, near the term or "
    "not (Benjamini and Hochberg 1995)."
)
_KEYNESS = (
    "The log ratio is the effect size: one point more is twice as common (Hardie 2014). The log-likelihood is "
    "that of the tokens (Rayson and Garside 2000). The p-value is that of Fisher\u2019s exact test on papers, "
    "since a paper that repeats a word is no further evidence; it is corrected for all words of both sides (Benjamini "
    "and Hochberg 1995). Forms of the term are left out. Other words of the search that found the papers are not."
)
_DISPERSION = (
    "DP is 0 where each paper has as many mentions as its length asks for, and near 1 where one has them all "
    "(Gries 2008). Few mentions cannot be spread over many papers, so compare DP with DP by chance, the mean of "
    f"{DRAWS} draws that throw as many mentions on the words at random. The heading names senses that lie {FAR} or "
    "more above it. Years count papers that have a year."
)


def ngrams_table(table: pd.DataFrame, term: str) -> Table:
    """``findings.phrases.ngrams`` under its commonest phrases."""
    first = [f"\u201c{row.ngram}\u201d ({count_of(row.mentions, 'mention')})" for row in rows_of(table.head(3))]
    are = "phrases that papers share are" if len(first) > 1 else "phrase that papers share is"
    return Table(
        table,
        name="ngrams",
        heading=f"The commonest {are} {listed(first)}",
        subtitle=f"N-grams that hold \u201c{term}\u201d and that at least {phrases.LEAST} papers share, case ignored.",
        notes=_PHRASES,
        instead="No two papers share a phrase with the term.",
        rows=ROWS,
    )


def collocates_table(table: pd.DataFrame, term: str) -> Table:
    """``findings.collocates.collocates``, with how many of its words may stand near the term by chance."""
    sure = table[table["p_adjusted"] < SURE]
    named = _quoted(sure["word"])
    heading = f"The counts are too small to tell collocates of \u201c{term}\u201d from chance"
    if len(sure):
        are = "collocate of \u201c{}\u201d is" if len(sure) == 1 else "collocates of \u201c{}\u201d are"
        heading = f"The strongest {are.format(term)} {named}"
    return Table(
        table,
        name="collocates-of-term",
        heading=heading,
        subtitle=f"Words near the term in at least {PAPERS_NEAR} papers, strongest by logDice first; the p-value "
        f"of {len(sure):,} of {len(table):,} is below {SURE}.",
        notes=_MEASURES,
        instead=f"No word stands near the term in {PAPERS_NEAR} papers: the counts are too small for collocates.",
        rows=ROWS,
    )


def keyness_table(table: pd.DataFrame, papers: int, reference: str) -> Table:
    """``findings.keywords.keyness`` of a collection of ``papers`` against what ``reference`` names."""
    tested = int(table["tested"].iloc[0]) if len(table) else 0
    instead = f"No word is surely more common in this collection than in {reference}."
    if papers < keywords.LEAST:
        instead = (
            f"A key word must stand in {keywords.LEAST} papers, and this collection has {papers}: too few to tell what "
            "sets it apart."
        )
    return Table(
        table.drop(columns="tested"),
        name="keyness",
        heading=f"{_quoted(table['word'])} set{'s' if len(table) == 1 else ''} this collection apart most surely",
        subtitle=f"Words of at least {keywords.LEAST} papers that are more common in this collection than in "
        f"{reference}: {len(table):,} of {tested:,} tested. Their corrected p-value is below {keywords.LEVEL}.",
        notes=_KEYNESS,
        instead=instead,
        rows=ROWS,
    )


def dispersion_table(table: pd.DataFrame, palette: Palette) -> Table:
    """``findings.spread.dispersion``; its heading names the senses that keep to few papers."""
    rows = rows_of(table[(table["sense"] != ANY) & (table["mentions"] > 1)])
    close = [in_sentence(palette[row.sense].name) for row in rows if row.dp - row.dp_by_chance >= FAR]
    heading = "No sense keeps to far fewer papers than chance would give"
    if len(table) and int(table["of"].iloc[0]) < 2:
        heading = "One paper shows no spread over papers"
    elif len(table) and int(table["of"].iloc[0]) < FEW:
        heading = "The papers are too few to say which senses keep to few of them"
    elif close:
        heading = f"Few papers hold most of {listed(close, most=3)}, fewer than chance would give"
    return Table(
        table.drop(columns=["dp_norm", "juilland_d", "juilland_d_years"]),
        name="dispersion",
        heading=heading,
        subtitle="Spread of the term and its senses over papers and years, and where in a text they stand.",
        notes=_DISPERSION,
        instead="There is no mention, so there is no spread to show.",
        texts={"sense": lambda sense: palette.named(sense) if sense != ANY else "all mentions"},
        rows=30,
    )


def _quoted(words: pd.Series) -> str:
    """The first three words of a list, in quotation marks."""
    return listed([f"\u201c{word}\u201d" for word in words.head(3)])
