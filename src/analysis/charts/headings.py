"""What each chart found, in one line: its heading. Pure functions over the chart's table.

Where the data do not carry a finding, the heading says that. Two shares are told apart only where the intervals do
(``analysis.statistics.intervals.surely_above``). ``name`` is the palette's: a sense to what it is called.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.common.wording import count_of, in_sentence, listed, percent
from analysis.findings.differences import clearest
from analysis.findings.rows import rows_of
from analysis.findings.shares import ranked
from analysis.statistics.intervals import FEW, surely_above

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.tree import Tree
    from analysis.inventory.palette import Palette

_MOST = 3  # senses that a heading names


def capital(text: str) -> str:
    """``text`` with a capital at its start, as headings have it."""
    return text[:1].upper() + text[1:]


def these(n: int, noun: str) -> str:
    """Returns ``this paper`` or ``these 21 papers``."""
    return f"this {noun}" if n == 1 else f"these {count_of(n, noun)}"


def few(n: int, noun: str, verb: str) -> str:
    """``1 paper uses``, ``2 papers use``: a count with its verb, given in the plural."""
    return f"{count_of(n, noun)} {verb}{'s' if n == 1 else ''}"


# The collection


def record_flow(n: dict[str, int], term: str) -> str:
    """``n`` counts records by stage, as ``collection.flow.record_flow`` names them."""
    read, kept = n.get("read", 0), n.get("kept", 0)
    if "with the term" not in n:
        return f"Of {count_of(read, 'record')}, {few(kept, 'paper', 'remain')}"
    if n["with the term"] == read > 0:
        all_ = f"All {read:,} records are papers that use" if read > 1 else "The one record is a paper that uses"
        return f"{all_} \u201c{term}\u201d"
    return f"Of {count_of(read, 'record')}, {few(n['with the term'], 'paper', 'use')} \u201c{term}\u201d"


def record_fates(table: pd.DataFrame) -> str:
    """How many records became papers, and what became of most others."""
    records = table[table["status"] != "not a record"]
    of, kept = (int(rows["records"].sum()) for rows in (records, records[records["status"] == "kept"]))
    if kept == of:
        return f"All {of:,} records became papers" if of > 1 else f"{count_of(of, 'record')} became a paper"
    lost = records[records["status"] != "kept"].groupby("status")["records"].sum().sort_values(ascending=False)
    return f"{kept:,} of {of:,} records became papers; {int(lost.iloc[0]):,} {_fate(str(lost.index[0]))}"


def _fate(status: str) -> str:
    return {"duplicate": "were merged as duplicates"}.get(status, f"were {status}")


def field_coverage(table: pd.DataFrame) -> str:
    """Which fields every paper has, and which none has."""
    if table.empty or not table["of"].max():
        return "There is no paper"
    known = {row.field: row.papers / row.of for row in rows_of(table)}
    full = [field for field, share in known.items() if share == 1]
    partly = [field for field, share in known.items() if 0 < share < 1]
    missing = [field for field, share in known.items() if not share]
    said = [f"Every paper has {listed(full)}"] if full else []
    if missing:
        said.append(f"{'none' if said else 'No paper'} names its {listed(missing, most=3 if len(missing) > 4 else 0)}")
    elif partly:
        rarest = min(partly, key=lambda field: known[field])
        said.append(f"{percent(known[rarest])} {'have' if said else 'of the papers have'} {rarest}")
    return "; ".join(said)


def papers_by_year(table: pd.DataFrame) -> str:
    """The year of most papers, if one has more than half, or else the span."""
    dated = int(table["papers"].sum())
    if not dated:
        return "No paper has a year"
    years = table[table["papers"] > 0]
    peak = years.iloc[int(years["papers"].to_numpy().argmax())]
    most, year = int(peak["papers"]), int(peak["year"])
    if len(years) == 1:
        return f"All {dated:,} dated papers are of {year}" if dated > 1 else f"The only dated paper is of {year}"
    if 2 * most > dated:
        return f"{most:,} of {dated:,} dated papers are of {year}"
    return f"The papers are of {int(years['year'].min())} to {int(years['year'].max())}; no year has most of them"


def paper_list(table: pd.DataFrame) -> str:
    """How the mentions spread over the papers that have any."""
    using = table.loc[table["mentions"] > 0, "mentions"]
    if using.empty:
        return "No paper uses the word"
    if len(using) == 1:
        return f"One paper uses the word, {count_of(int(using.iloc[0]), 'time')}"
    half, most = int(using.sort_values(ascending=False).iloc[(len(using) - 1) // 2]), int(using.max())
    if most == using.min():
        return f"Each of {len(using):,} papers uses the word {count_of(most, 'time')}"
    said = f"Half of the papers use the word {half:,} times or more" if half > 1 else "Most papers use the word once"
    return f"{said}, one {count_of(most, 'time')}" if half < most else said


# The mentions


def forms(table: pd.DataFrame) -> str:
    """The commonest spelling and its part of the mentions."""
    of = int(table["mentions"].sum())
    if not of:
        return "There is no mention"
    first = table.iloc[0]
    if len(table) == 1:
        return f"Authors write \u201c{first['form']}\u201d and no other form"
    share = int(first["mentions"]) / of
    if share > 0.5:
        return f"Authors write \u201c{first['form']}\u201d in {int(first['mentions']):,} of {of:,} mentions"
    return f"Authors write the word in {len(table):,} forms, most often \u201c{first['form']}\u201d"


def left_out(table: pd.DataFrame) -> str:
    """How many words only contain the letters, and the commonest."""
    if table.empty:
        return "No word only contains the letters"
    times, first = int(table["times"].sum()), table.iloc[0]
    if len(table) == 1:
        return f"One word only contains the letters: \u201c{first['surface']}\u201d"
    return f"{times:,} times a word only contains the letters, most often \u201c{first['surface']}\u201d"


def neighbours(table: pd.DataFrame, term: str) -> str:
    """The commonest modifier and the commonest head, where they stand in several papers and no other is as common."""
    said = []
    for relation, phrase in (("modifier", "{word} {term}"), ("head", "{term} {word}")):
        rows = table[table["relation"] == relation]
        if rows.empty or int(rows["papers"].iloc[0]) < 2:
            continue
        if len(rows) == 1 or rows["mentions"].iloc[0] > rows["mentions"].iloc[1]:
            said.append(f"\u201c{phrase.format(word=rows['word'].iloc[0], term=term)}\u201d")
    if not said:
        return f"No word stands beside \u201c{term}\u201d more often than every other"
    return f"The commonest {'phrases are' if len(said) > 1 else 'phrase is'} {listed(said)}"


# The senses


def _leading(rows: pd.DataFrame) -> tuple[str, list[str], list[str]]:
    """The sense whose share is largest for sure, those that may be as common, and those surely rarer."""
    low, high = (rows[end].to_numpy(dtype=float) for end in ("low", "high"))
    senses = [str(sense) for sense in rows["sense"]]
    first = int(np.nanargmax(low))
    below = surely_above(low, high)[first]
    rivals = [sense for i, sense in enumerate(senses) if i != first and not below[i]]
    return senses[first], rivals, [sense for i, sense in enumerate(senses) if below[i]]


def sense_shares(table: pd.DataFrame, palette: Palette, level: str = "sense") -> str:
    """The commonest sense by papers, as far as the intervals tell; ``level`` is what a row is called."""
    rows = ranked(table, palette.no_sense)
    rows = rows[~rows["sense"].isin(palette.no_sense)]
    if rows.empty:
        return f"No {level} was found"
    of = int(rows["of"].iloc[0])
    where = these(of, "paper")
    if len(rows) == 1:
        return f"{palette[rows['sense'].iloc[0]].name} is the only {level} in {where}"
    first, rivals, rarer = _leading(rows)
    if of < FEW or not rarer:
        return f"No {level} is clearly commoner than another in {where}"
    if not rivals:
        return f"{palette[first].name} is the commonest {level} in {where}"
    if len(rivals) < _MOST:
        both = _either([first, *rivals], palette)
        return f"The commonest {level} in {where} is {both}"
    return f"{palette[first].name} is clearly commoner than {len(rarer):,} of the {len(rows) - 1:,} others"


def reviewed_shares(table: pd.DataFrame, palette: Palette) -> str:
    """The commonest sense by the mentions reviewed at random, as far as the intervals tell."""
    rows = table[~table["sense"].isin(palette.no_sense)].sort_values(["share", "sense"], ascending=[False, True])
    n, of = int(table["reviewed"].iloc[0]), int(table["of"].iloc[0])
    if len(rows) and (len(rows) == 1 or rows["low"].iloc[0] > rows["high"].iloc[1:].max()):
        first = palette[rows["sense"].iloc[0]].name
        return f"{first} is the commonest sense of {these(of, 'mention')}, {n:,} of them reviewed"
    return f"After {count_of(n, 'reviewed mention')} of {of:,}, no sense is clearly the commonest"


def _either(senses: Sequence[str], palette: Palette) -> str:
    names = [in_sentence(palette[sense].name) for sense in senses]
    return f"{', '.join(names[:-1])} or {names[-1]}"


def distinguishing_collocates(table: pd.DataFrame, palette: Palette) -> str:
    """The surest word of the senses that have one which hardly stands there by chance."""
    sure = table[table["low"] > 0].sort_values(["z", "word"], ascending=[False, True]).drop_duplicates("sense")
    if sure.empty:
        return "No word clearly tells one sense from the others"
    marks = [f"\u201c{row.word}\u201d marks {in_sentence(palette[row.sense].name)}" for row in rows_of(sure)]
    return listed(marks[:_MOST])


def topic_tree(tree: Tree, palette: Palette) -> str:
    """How many topics there are, in how many senses; which no sense explains."""
    leaves = tree.leaves
    if len(leaves) < 2:
        return "There are not two topics"
    novel = [f"\u201c{label}\u201d" for label in leaves.loc[leaves["novel"], "label"]]
    if novel:
        return f"{listed(novel, most=_MOST)} may be {'a new sense' if len(novel) == 1 else 'new senses'}"
    senses = leaves["sense"].value_counts()
    first = senses.index[0]
    if len(senses) == 1:
        return f"All {len(leaves):,} topics are of one sense, {in_sentence(palette[first].name)}"
    if senses.iloc[0] > senses.iloc[1]:
        return f"{palette[first].name} divides into {count_of(int(senses.iloc[0]), 'topic')}, more than any other sense"
    return f"The mentions divide into {len(leaves):,} topics of {len(senses):,} senses"


def mention_map(table: pd.DataFrame) -> str:
    """Whether mentions of one sense lie together: how many have a neighbour of their sense, beside what chance gives.

    A mention's neighbour is the nearest one of another paper, since those of one paper share its title.
    """
    together, chance = neighbours_alike(table)
    if not len(together):
        return "There are no two papers whose mentions could lie together"
    from analysis.statistics.intervals import wilson

    low, _ = wilson(np.array([together.sum()]), np.array([len(together)]))
    if table["sense"].nunique() == 1:
        return "All mentions are of one sense"
    if table["mention_id"].str.rpartition("#")[0].nunique() < FEW or low[0] <= chance:
        return "Mentions of one sense do not clearly lie together"
    return (
        f"Mentions of one sense lie together: {percent(float(together.mean()))} have a neighbour of their sense, "
        f"where chance gives {percent(chance)}"
    )


def neighbours_alike(table: pd.DataFrame) -> tuple[np.ndarray, float]:
    """For one mention a paper and sense: has the nearest one of another paper its sense? And the share by chance.

    Mentions of a paper are not independent, so each paper counts a sense once, by its first mention of it.
    """
    from sklearn.neighbors import NearestNeighbors

    if table.empty:
        return np.array([], dtype=bool), float("nan")
    places = table[["x", "y"]].to_numpy(dtype=float)
    paper, senses = table["mention_id"].str.rpartition("#")[0], table["sense"].to_numpy()
    papers = paper.to_numpy()
    if len(set(papers)) < 2:
        return np.array([], dtype=bool), float("nan")
    asked = np.flatnonzero(~table.assign(paper=papers).duplicated(["paper", "sense"]).to_numpy())
    most = int(paper.value_counts().iloc[0])
    near = NearestNeighbors(n_neighbors=min(most + 1, len(table))).fit(places).kneighbors(places[asked])[1]
    other = papers[near] != papers[asked][:, None]
    nearest = near[np.arange(len(asked)), other.argmax(axis=1)]
    together = senses[nearest] == senses[asked]
    shares = table["sense"].value_counts(normalize=True)
    return together, float(np.mean([shares[sense] for sense in senses[asked]]))


# What authors do with them, and how they meet


def stance_by_sense(table: pd.DataFrame, palette: Palette) -> str:
    """What is clearly done with some senses more than with the others, the strongest first."""
    if table.empty:
        return "No mention has a stance"
    if table["sense"].nunique() == 1:
        return "There is no second sense to set the stances beside"
    clear = table["clear"] & (table["estimate"] > table["elsewhere"]) & (table["count"] > 0)
    strong = table[clear & ~table["sense"].isin(palette.no_sense)]
    strong = strong.sort_values(["residual", "sense"], ascending=[False, True]).drop_duplicates("sense").head(_MOST)
    if strong.empty:
        return "No sense is clearly treated otherwise than the others"
    done: dict[str, list[str]] = {}
    for row in rows_of(strong):
        done.setdefault(palette.past.get(row.stance, row.stance), []).append(in_sentence(palette[row.sense].name))
    said = [f"{listed(senses)} {'are' if len(senses) > 1 else 'is'} {past}" for past, senses in done.items()]
    return f"More than other senses, {listed(said)}"


def sense_pairs(pairs: pd.DataFrame, mixed: int, papers: int, palette: Palette) -> str:
    """How many papers were read in several senses, and the pair that surely shares most."""
    if not mixed:
        return "No paper is read in more than one sense"
    verb = "is" if mixed == 1 else "are"
    said = f"{mixed:,} of {count_of(papers, 'paper')} {verb} read in more than one sense"
    met = pairs[pairs["papers"] > 0]
    if len(met):
        top = int(met["estimate"].to_numpy(dtype=float).argmax())
        above = surely_above(met["low"].to_numpy(dtype=float), met["high"].to_numpy(dtype=float))[top]
        if len(met) > 1 and above.sum() == len(met) - 1 and papers >= FEW:
            one, two = (in_sentence(palette[met.iloc[top][side]].name) for side in ("sense_a", "sense_b"))
            said += f", most often {one} with {two}"
    return said


def mixed_papers(table: pd.DataFrame) -> str:
    """How many papers are read in several senses, and how many of them surely."""
    if table.empty:
        return "No paper is read in more than one sense"
    sure = int((table["sure_senses"] > 1).sum())
    if len(table) == 1:
        return f"1 paper is read in more than one sense, {'and' if sure else 'but not'} in two sure ones"
    how = "all" if sure == len(table) else f"{sure:,}" if sure else "none"
    return f"{len(table):,} papers are read in more than one sense, {how} of them in two sure ones"


def switches(table: pd.DataFrame, palette: Palette) -> str:
    """How many papers go from one sense to another, and between which two in most of them."""
    if table.empty:
        return "No text goes from one sense to another"
    of = table["paper_id"].nunique()
    said = f"In {count_of(of, 'paper')} the text goes from one sense to another"
    pairs = {(row.paper_id, frozenset((row.from_sense, row.to_sense))) for row in rows_of(table)}
    counts = Counter(pair for _, pair in pairs).most_common(2)
    if of >= FEW and (len(counts) == 1 or counts[0][1] > counts[1][1]):
        said += f", most often between {listed([in_sentence(palette[s].name) for s in palette.order(counts[0][0])])}"
    return said


# Searches


def query_senses(table: pd.DataFrame, query: str, palette: Palette) -> str:
    """Which sense a query surely brings in most."""
    rows = table[(table["papers"] > 0) & ~table["sense"].isin(palette.no_sense)]
    rows = rows.sort_values("estimate", ascending=False)
    if rows.empty:
        return f"The query {query} brings in no sense" if query else "There is no query to try"
    if len(rows) == 1:
        sense = in_sentence(palette[rows["sense"].iloc[0]].name)
        begin = "The" if rows["estimate"].iloc[0] == 1 else "As read, the"  # labels may know of other senses there
        return f"{begin} query brings in one sense alone, {sense}"
    first, rivals, rarer = _leading(rows)
    if int(rows["of"].iloc[0]) < FEW or not rarer:
        return f"The query brings in {len(rows):,} senses, and none clearly prevails"
    if not rivals:
        return f"The query brings in {in_sentence(palette[first].name)} above all"
    return (
        f"The query brings in {len(rows):,} senses, {in_sentence(palette[first].name)} more than {len(rarer):,} of them"
    )


def candidate_terms(table: pd.DataFrame, sense: str, share: float, palette: Palette) -> str:
    """The words that keep a sense better than the term alone, which finds it in ``share`` of its papers."""
    better = table[table["low"] > share]
    name = in_sentence(palette[sense].name)
    if better.empty:
        return f"No word surely keeps {name} better than the word alone"
    words = [f"\u201c{term}\u201d" for term in better["term"].head(_MOST)]
    return f"{listed(words)} {'keeps' if len(words) == 1 else 'keep'} {name} better than the word alone"


# Years, venues, subjects


def sense_by_year(trends: pd.DataFrame, first: int, last: int, palette: Palette) -> str:
    """Which senses surely rise or fall with the years."""
    said = []
    for direction in ("rises", "falls"):
        names = [in_sentence(palette[s].name) for s in trends.loc[trends["direction"] == direction, "sense"]]
        if names:
            said.append(f"{listed(names)} {direction.removesuffix('s') if len(names) > 1 else direction}")
    if not said:
        return f"No sense clearly rises or falls from {first} to {last}"
    return capital(f"{listed(said)} from {first} to {last}")


def first_seen(table: pd.DataFrame, palette: Palette) -> str:
    """The sense seen before all others; or how many begin with the collection."""
    if table.empty:
        return "No paper with a mention has a year"
    first = int(table["year"].min())
    early = table[table["year"] == first]
    if len(table) == 1:
        return f"{palette[table['sense'].iloc[0]].name} is seen from {first}"
    if len(early) == len(table):
        return f"All {len(table):,} senses are there from {first}, the first year"
    if len(early) == 1:
        return f"{palette[early['sense'].iloc[0]].name} is seen first, in {first}"
    return f"{len(early):,} of {len(table):,} senses are there from {first}, the first year"


def shares_by(table: pd.DataFrame, what: str, palette: Palette) -> str:
    """The sense and group that differ most from the other groups, if the difference is no accident of many cells.

    Each cell is tested against the other groups together, as read (Fisher's exact test, Holm over all cells): a reader
    that errs alike everywhere blurs a difference, it does not make one.
    """
    from scipy.stats import fisher_exact

    from analysis.findings.time import holm

    if table.empty or table["group"].nunique() < 2:
        return f"There are no two {what}s to compare"
    rows = table[~table["sense"].isin(palette.no_sense)].reset_index(drop=True)
    tests: list[Any] = []
    for row in rows_of(rows):
        others = rows[(rows["sense"] == row.sense) & (rows["group"] != row.group)]
        n, rest = int(others["papers"].sum()), int(others["of"].sum())
        tests.append(
            (fisher_exact([[row.papers, row.of - row.papers], [n, rest - n]])[1], row.papers / row.of - n / rest)
        )
    adjusted = holm(np.array([p for p, _ in tests]))
    best = int(adjusted.argmin())
    if adjusted[best] >= 0.05:
        return f"No {what} clearly differs from the others in its senses"
    name, more = palette[str(rows["sense"].iloc[best])].name, "more" if tests[best][1] > 0 else "less"
    return f"{name} is {more} common in {rows['group'].iloc[best]!s} than in the other {what}s"


# Beside others


def compare_shares(table: pd.DataFrame, palette: Palette, names: tuple[str, str]) -> str:
    """The senses that are clearly commoner on each side, the largest difference first."""
    clear = table[~table["sense"].isin(palette.no_sense)]
    told = _more_in(clear, "sense", names, "commoner", lambda sense: in_sentence(palette[sense].name))
    return told or f"No sense is clearly commoner in {names[0]} or in {names[1]}"


def compare_named(table: pd.DataFrame, thing: str, names: tuple[str, str]) -> str:
    """The kinds or methods (``thing``) that are clearly named more on each side."""
    told = _more_in(table, "name", names, "named more", lambda name: f"\u201c{name}\u201d")
    return told or f"No {thing} is clearly named more in {names[0]} or in {names[1]}"


def compare_stances(table: pd.DataFrame, palette: Palette, names: tuple[str, str]) -> str:
    """What is done with which sense clearly more on one side: the largest difference."""
    clear = clearest(table)
    if clear.empty:
        return f"What is done with a sense does not clearly differ between {names[0]} and {names[1]}"
    row = clear.iloc[0]
    done = palette.past.get(str(row["stance"]), str(row["stance"]))
    return f"{palette[row['sense']].name} is {done} more in {names[int(row['difference'] < 0)]}"


def on_one_side(table: pd.DataFrame, names: tuple[str, str]) -> str:
    """How many senses, kinds and methods each side alone has, the second side first."""
    counts = [
        (name, int((table[f"papers_{other}"] == 0).sum())) for name, other in zip(names, ("two", "one"), strict=True)
    ]
    things = "senses, kinds and methods"
    told = [f"{name} alone has {count_of(n, 'sense, kind or method', things)}" for name, n in reversed(counts) if n]
    return "; ".join(told) or "Neither side has anything that the other lacks"


def counted_names(table: pd.DataFrame, thing: str, names: tuple[str, str]) -> str:
    """How many names two papers have, and how many of them both sides have."""
    both = int(((table["papers_one"] > 0) & (table["papers_two"] > 0)).sum())
    named = count_of(len(table), thing)
    return f"Two papers or more name {named}; {names[0]} and {names[1]} have {both:,} in common"


def _more_in(table: pd.DataFrame, column: str, names: tuple[str, str], verb: str, write: Callable[[str], str]) -> str:
    """``A and b are commoner in X; c is commoner in Y``, ``verb`` being "commoner"; "" where nothing is clear."""
    clear = clearest(table)
    parts = []
    for side in dict.fromkeys(int(value < 0) for value in clear["difference"]):
        own = clear.loc[(clear["difference"] < 0) == bool(side), column].head(_MOST)
        told = listed([write(str(name)) for name in own])
        parts.append(f"{told} {'is' if len(own) == 1 else 'are'} {verb} in {names[side]}")
    return capital("; ".join(parts))


def ambiguity(table: pd.DataFrame) -> str:
    """Which of several words is surely the most ambiguous."""
    low, high = (table[end].to_numpy(dtype=float) for end in ("low", "high"))
    values = [f"{value:.1f}" for value in table["estimate"]]
    names = [str(name) for name in table["name"]]
    if len(table) == 1:
        return f"\u201c{names[0]}\u201d has {values[0]} senses in effect"
    first = int(table["estimate"].to_numpy(dtype=float).argmax())
    if surely_above(low, high)[first].sum() == len(table) - 1:
        return f"\u201c{names[first]}\u201d is the most ambiguous, with {values[first]} senses in effect"
    return "No word is clearly more ambiguous than the others"
