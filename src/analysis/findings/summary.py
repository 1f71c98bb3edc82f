"""What was found, in sentences whose numbers are computed from the tables and lead to the mentions behind them.

The finding comes first. A sentence has one number and at most one interval; where it tells an estimate, what was read
stands behind it as a note. Below ``ENOUGH`` papers sentences count papers and tell no shares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.collection.enrich.origins import origins_of
from analysis.collection.retracted import MARK, PERHAPS, split_mark
from analysis.common.links import VALIDATION, card_link
from analysis.common.prose import Fact, Prose, Sentence, between, sentence
from analysis.common.wording import count_of, listed, percent
from analysis.findings.quoted import counted
from analysis.findings.reviewed import ENOUGH as ENOUGH_REVIEWED
from analysis.findings.reviewed import agreed_sentence, reviewed_sentence
from analysis.findings.rows import rows_of
from analysis.findings.shares import ranked, too_few
from analysis.findings.stance import FEW
from analysis.findings.words import nearest_modifiers

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.reviewed import Sample
    from analysis.inventory.palette import Palette
    from analysis.statistics.bootstrap import Estimate

_FATES = {"duplicate": "merged as duplicates"}
MOST = 6  # findings of a summary
_NAMED = 3  # senses or kinds that a sentence names
Parts = list[str | Fact]


def answer_collection(papers: pd.DataFrame, audit: pd.DataFrame, readings: pd.DataFrame) -> Prose:
    """How many papers use the term, what became of the records, what is known of the papers; retractions, filled cells.

    The titles of ``papers`` carry the marks of ``collection.retracted.named``.
    """
    records = audit[audit["status"] != "not a record"]
    lost = records.loc[records["status"] != "kept", "status"].value_counts().sort_index()
    fates = listed([f"{n:,} {_FATES.get(str(status), status)}" for status, n in lost.items()])
    using = readings["paper_id"].nunique()
    all_of_them = f"All {using:,} papers" if using == len(papers) > 1 else ""
    told = [
        sentence(
            counted(all_of_them or f"{using:,} of {count_of(len(papers), 'paper')}", readings),
            f" {'uses' if using == 1 else 'use'} the term.",
        ),
        sentence(f"Of {count_of(len(records), 'record')} read, {fates if len(lost) else 'none was left out'}."),
    ]
    known = {
        "an abstract": int((papers["abstract"] != "").sum()),
        "a year": int(papers["year"].notna().sum()),
        "authors": int(papers["authors"].map(bool).sum()),
    }
    told += [sentence(_having(n, len(papers), what)) for what, n in known.items() if len(papers)]
    marks = [mark for title in papers["title"] if (mark := split_mark(title)[1])]
    for mark, what in ((MARK, "is retracted"), (PERHAPS, "is perhaps retracted, as its title alone was looked up")):
        if n := marks.count(mark):
            told.append(sentence(_retracted(n, what, mark)))
    filled = origins_of(papers)
    if len(filled):
        told.append(sentence(f"Live services filled {count_of(len(filled), 'cell')} that the sources left empty."))
    if guesses := int(filled["guess"].sum()):
        some = f"{guesses:,} of these" if guesses < len(filled) else "All of these" if guesses > 1 else "It"
        told.append(sentence(f"{some} {'rests' if guesses == 1 else 'rest'} on a title alone, a guess."))
    return Prose(told)


def _retracted(n: int, what: str, mark: str) -> str:
    if n > 1:
        what = what.replace("is ", "are ", 1).replace("its title alone was", "their titles alone were")
    return f"{count_of(n, 'paper')} {what}; \u201c{mark}\u201d stands behind {'its title' if n == 1 else 'each title'}."


def _having(n: int, of: int, what: str) -> str:
    if of == 1:
        return f"The paper has {what}." if n else f"The paper has no {what.removeprefix('an ').removeprefix('a ')}."
    if n == of:
        return f"Every paper has {what}."
    return f"{n:,} of {of:,} papers {'has' if n == 1 else 'have'} {what}." if n else f"No paper has {what}."


def answer_mentions(readings: pd.DataFrame, excluded: pd.DataFrame, term: str) -> Prose:
    """How often the term is used, and what stands before it most."""
    if readings.empty:
        return Prose([sentence(f"No paper uses \u201c{term}\u201d, so there is nothing to show here.")])
    papers = readings["paper_id"].nunique()
    titles = int((readings["field"] == "title").sum())
    told = [
        sentence(
            f"\u201c{term}\u201d and its family occur ",
            counted(count_of(len(readings), "time"), readings, unit="mention"),
            f" in {count_of(papers, 'paper')}.",
        )
    ]
    if titles:
        told.append(sentence(f"{count_of(titles, 'mention')} {'stands' if titles == 1 else 'stand'} in a title."))
    modifiers = nearest_modifiers(readings[readings["modifier"] != ""])
    if modifiers.empty:
        told.append(sentence("No word modifies it."))
    else:
        common = modifiers.value_counts(sort=False).sort_values(ascending=False, kind="stable").head(_NAMED)
        words = listed([f"\u201c{word}\u201d ({n:,})" for word, n in common.items()])
        told.append(sentence(f"The commonest modifiers next to it are {words}."))
        if bare := len(readings) - len(modifiers):
            told.append(sentence(f"{count_of(bare, 'mention')} {'has' if bare == 1 else 'have'} no modifier."))
    if n := len(excluded):
        only = "that only contains the letters is" if n == 1 else "that only contain the letters are"
        told.append(sentence(f"{count_of(n, 'word')} {only} left out."))
    return Prose(told)


def answer_senses(
    readings: pd.DataFrame,
    shares: pd.DataFrame,
    topics: pd.DataFrame,
    ambiguity: Mapping[str, Any],
    palette: Palette,
) -> Prose:
    """Which sense is commonest, how ambiguous that makes the term, and what the finer topics are.

    ``shares`` is ``sense_shares``'s, ``topics`` the study's, ``ambiguity`` one row of
    ``analysis.findings.compare.ambiguity``.
    """
    found = _ranked_senses(shares, palette)
    if found.empty:
        return Prose([sentence("No mention has a sense, so there is nothing to show here.")])
    told = [_senses(readings, shares, palette)]
    if not too_few(shares):
        told.append(
            sentence(
                f"The term is as ambiguous as if it had {ambiguity['estimate']:.1f} equally common senses "
                f"(95% interval {ambiguity['low']:.1f} to {ambiguity['high']:.1f}).",
                note=[f"As read: {ambiguity['effective']:.1f}."],
            )
        )
    own = topics[topics["topic"] >= 0]
    if own.empty:
        return Prose([*told, sentence("No finer topics were found.")])
    told.append(sentence(f"The mentions fall into {count_of(len(own), 'finer topic')}."))
    if outside := int(shares.loc[shares["unit"] == "mentions", "of"].max() - own["n"].sum()):
        told.append(sentence(f"{count_of(outside, 'mention')} {'is' if outside == 1 else 'are'} in none of them."))
    told += [_unexplained(topic) for topic in own[own["novel"]].to_dict("records")]
    return Prose(told)


def _unexplained(topic: Mapping[Any, Any]) -> Sentence:
    """What a topic may be that no sense explains: a new sense, or doubtful mentions with nothing else in common."""
    return sentence(
        f"No sense explains the topic \u201c{topic['label']}\u201d well ({count_of(int(topic['n']), 'mention')}): it "
        "may be a sense that is missing, or merely what is in doubt, so read it first."
    )


def answer_evidence(table: pd.DataFrame, kinds: pd.DataFrame) -> Prose:
    """How many papers name the kind they mean, their own work, a result in numbers, and where code or data are.

    ``table`` is ``evidence_table.evidence``, ``kinds`` has a row per kind (kind, papers), commonest first.
    """
    papers = table["paper_id"].nunique()
    if not papers:
        return Prose([sentence("No mention has a sense, so there is nothing to show here.")])
    told = _kinds(kinds)
    for column, what in (
        ("kinds", "The kind that is meant is named"),
        ("own", "Their own work has a name"),
        ("result", "A result is stated"),
        ("quantities", "A result is claimed in numbers"),
        ("links", "Code, data or a project page is linked"),
    ):
        having = table.loc[table[column].map(len) > 0, "paper_id"].nunique()
        told.append(sentence(f"{what} in {having:,} of {count_of(papers, 'paper')}."))
    return Prose(told)


def answer_relations(
    readings: pd.DataFrame, roles: pd.DataFrame, mixing: Mapping[str, Any], palette: Palette, *, few: bool
) -> Prose:
    """Which senses are measured or fought and which are used as a tool; how many papers mix senses.

    ``roles`` is ``stance_by_sense``'s with the inventory's roles, ``mixing`` is ``mixing_share``'s; ``few`` is whether
    the papers are too few for shares.
    """
    if not mixing["of"]:
        return Prose([sentence("No paper uses the word, so there is nothing to show here.")])
    done = _done(readings, roles, palette, few=few) or [sentence(_why_nothing_done(roles, palette))]
    return Prose([*done, _mixing(readings, mixing, palette, few=few)])


def _why_nothing_done(roles: pd.DataFrame, palette: Palette) -> str:
    if len(roles):
        return f"No sense has {FEW} mentions with a stance in {FEW} papers, so stances are not compared."
    if palette.past and not palette.roles:
        return "The inventory does not say which stances make a sense a tool or a harm."
    return "Stances are not known for this term."


def _done(readings: pd.DataFrame, roles: pd.DataFrame, palette: Palette, *, few: bool) -> list[Sentence]:
    """What is done about which sense; without senses that tell it, no sentence."""
    large = roles[(roles["of"] >= FEW) & (roles["of_papers"] >= FEW) & ~roles["sense"].isin(palette.no_sense)]
    large = large[large["estimate"].notna() & (large["count"] > 0)]  # an estimate that no mention shows is no finding
    if few:
        by_papers = large.sort_values(["papers", "count", "sense"], ascending=[False, False, True])
        by_papers = by_papers[by_papers["papers"] >= FEW].drop_duplicates("sense")
        parts: Parts = []
        for number, (role, rows) in enumerate(by_papers.groupby("stance", sort=False)):
            parts += ["; " if number else "", *_in_papers(rows, role, readings, palette)]
        return [sentence(*parts, ".")] if parts else []
    told = []
    for role in palette.roles:
        own = large[large["stance"] == role].sort_values(["papers", "sense"], ascending=[False, True])
        mostly = own["clear"] & (own["estimate"] > own["elsewhere"]) if role == "tool" else own["low"] > 0.5
        own = own[mostly]
        told += [_in_mentions(own, role, readings, palette)] if len(own) else []
    return told


def _in_papers(rows: pd.DataFrame, role: Any, readings: pd.DataFrame, palette: Palette) -> Parts:
    """``Social bias (6 papers) and Behavioural skew (3) are fought or measured``."""
    stances = palette.roles[role]
    named: list[Parts] = [
        [
            _named(row.sense, palette),
            " (",
            counted(
                count_of(row.papers, "paper") if number == 0 else f"{row.papers:,}",
                readings, sense=row.sense, stance=stances,
            ),
            ")",
        ]
        for number, row in enumerate(rows_of(rows.head(_NAMED)))
    ]  # fmt: skip
    return [*_joined(named), f" {'is' if len(named) == 1 else 'are'} {_past(role, palette)}"]


def _in_mentions(rows: pd.DataFrame, role: str, readings: pd.DataFrame, palette: Palette) -> Sentence:
    """``Social bias is mostly fought or measured, in 92% of its mentions (95% interval 59% to >99%); so is ...``"""
    first, stances = rows.iloc[0], palette.roles[role]
    so: Parts = []
    if len(rows) > 1:
        named: list[Parts] = [[_named(row.sense, palette)] for row in rows_of(rows.iloc[1:_NAMED])]
        so = [f"; so {'is' if len(named) == 1 else 'are'} ", *_joined(named)]
    read = counted(
        f"{int(first['count']):,} of {count_of(int(first['of']), 'mention')}",
        readings, unit="mention", sense=first["sense"], stance=stances,
    )  # fmt: skip
    estimated = _estimated(first)
    past = _past(role, palette)
    done = f"{past} more than other senses" if role == "tool" else f"mostly {past}"
    return sentence(
        _named(first["sense"], palette),
        f" is {done}, in {estimated}{percent(first['estimate'])} of its mentions "
        f"({between(first['low'], first['high'])})",
        *so,
        ".",
        note=_as_read(read, palette[first["sense"]].name if so else ""),
    )


def _as_read(read: Fact | str, name: str = "") -> Parts:
    """The note that tells what was read, and of which sense where its sentence names several."""
    return [f"As read{f', {name}' if name else ''}: ", read, "."]


def _estimated(row: Mapping[Any, Any] | pd.Series) -> str:
    """Says of a share that it was read by a reader who errs, and has an interval for that, where it has."""
    return "" if row["error"] == "papers" else "an estimated "


def _joined(items: Sequence[Parts]) -> Parts:
    """``a``, ``a and b``, ``a, b and c``, as ``listed`` does with strings."""
    parts: Parts = []
    for number, item in enumerate(items):
        parts += ["" if number == 0 else " and " if number == len(items) - 1 else ", ", *item]
    return parts


def _past(role: Any, palette: Palette) -> str:
    """What authors do with a sense in this role: ``fought or measured``."""
    return " or ".join(palette.past[stance] for stance in palette.roles[role])


def _named(sense: str, palette: Palette) -> Fact:
    """The sense's name, which leads to its card."""
    return Fact(palette[sense].name, card_link(sense))


def _ranked_senses(shares: pd.DataFrame, palette: Palette) -> pd.DataFrame:
    """The rows of the senses that occur, the commonest first."""
    found = ranked(shares, palette.no_sense)
    return found[~found["sense"].isin(palette.no_sense)]


def _senses(readings: pd.DataFrame, shares: pd.DataFrame, palette: Palette) -> Sentence:
    """Which senses are commonest: counts where papers are few, else the share of the first and the names of others."""
    found = _ranked_senses(shares, palette)
    if too_few(shares):
        return _counted_senses(readings, found.sort_values(["count", "sense"], ascending=[False, True]), palette)
    first, rest = found.iloc[0], found.iloc[1:]
    others: list[Parts] = [[_named(sense, palette)] for sense in rest["sense"].head(_NAMED)]
    read = counted(f"{int(first['count']):,} of {count_of(int(first['of']), 'paper')}", readings, sense=first["sense"])
    sure = (rest["high"] < first["low"]).all()  # another whose interval meets the first's may be commoner
    verb = "is the only" if rest.empty else "is the commonest" if sure else "may be the commonest"
    return sentence(
        _named(first["sense"], palette),
        f" {verb} sense, in {_estimated(first)}{percent(first['estimate'])} of the "
        f"papers ({between(first['low'], first['high'])})",
        *_followed(others, len(rest)),
        ".",
        note=_as_read(read, palette[first["sense"]].name if others else ""),
    )


def _counted_senses(readings: pd.DataFrame, found: pd.DataFrame, palette: Palette) -> Sentence:
    """``Inductive bias (7 of 21 papers) is the commonest sense, followed by Social bias (6) and 5 more senses.``"""
    counts = found["count"].tolist()
    items: list[Parts] = []
    for sense, n in zip(found["sense"].head(_NAMED + 1), counts, strict=False):
        of = "" if items else f" of {count_of(int(found['of'].iloc[0]), 'paper')}"
        items.append([_named(sense, palette), " (", counted(f"{n:,}{of}", readings, sense=sense), ")"])
    tied = counts.count(counts[0])
    first = items[:tied]
    if tied > len(items):
        first.append([f"{tied - len(items):,} more"])
    verb = "is the only sense" if len(counts) == 1 else "is the commonest sense" if tied == 1 else "are equally common"
    return sentence(*_joined(first), f" {verb}", *_followed(items[tied:], len(counts) - tied), ".")


def _followed(others: Sequence[Parts], of: int) -> Parts:
    """``, followed by a, b and 3 more senses``: the others, and how many there are beyond them."""
    more: list[Parts] = [[count_of(of - len(others), "more sense")]] if of > len(others) else []
    return [", followed by ", *_joined([*others, *more])] if of else []


def _mixing(readings: pd.DataFrame, mixing: Mapping[str, Any], palette: Palette, *, few: bool) -> Sentence:
    """How many papers use several senses."""
    if not mixing["papers"] and few:
        return sentence("No paper uses the word in more than one sense.")
    read: Fact | str = f"{mixing['papers']:,} of {count_of(mixing['of'], 'paper')}"
    if mixing["papers"]:
        read = counted(str(read), readings, mixed=True, no_sense=palette.no_sense)
    if few:
        return sentence(read, f" {'uses' if mixing['papers'] == 1 else 'use'} the word in more than one sense.")
    share = f"{percent(mixing['estimate'])} of the papers use the word in more than one sense "
    estimated = _estimated(mixing).capitalize()
    return sentence(
        f"{estimated}{share}({between(mixing['low'], mixing['high'])}).",
        note=_as_read(read),
    )


def _trust(right: Estimate | None, trained_on: int) -> Sentence:
    """How far the readings can be trusted; ``right`` is how often a reading agrees with the label, if that is known.

    ``trained_on`` counts the papers of this collection that the program was trained on.
    """
    if right is None:
        return sentence(
            "How often these senses are wrong is not known, as there are no labels: read their sentences before you "
            "call one a finding."
        )
    return sentence(
        "How far to trust this: of mentions in papers that it had not seen, the program read ",
        Fact(percent(right.value), VALIDATION),
        f" as they were labelled ({between(right.low, right.high)}).",
        note=[
            f"It was trained on {trained_on:,} of these papers, where it agrees more often."
            if trained_on
            else "It was trained on none of these papers."
        ],
    )


def key_findings(
    readings: pd.DataFrame,
    shares: pd.DataFrame,
    roles: pd.DataFrame,
    mixing: Mapping[str, Any],
    palette: Palette,
    *,
    right: Estimate | None = None,
    kinds: pd.DataFrame | None = None,
    trained_on: int = 0,
    sample: Sample | None = None,
) -> Prose:
    """The summary of a report, a list of at most six findings, most important first.

    What is done about which sense, which kinds of it are named, which senses there are, which papers mix senses, how
    far to trust it. ``shares`` is ``sense_shares``'s, ``roles`` is ``stance_by_sense``'s with the inventory's roles,
    ``mixing`` is ``mixing_share``'s; ``right`` is how often a reading agrees with the label, if that is known.
    ``kinds`` has a row per kind (kind, papers), commonest first; without it its finding is left out. ``trained_on``
    counts the papers that the program was trained on. ``sample`` are the mentions reviewed at random; enough of them
    tell shares, and how far to trust the readings.
    """
    if _ranked_senses(shares, palette).empty:
        return Prose([sentence("The term does not occur in these papers.")], bullets=True)
    few = too_few(shares)
    findings = [
        *_done(readings, roles, palette, few=few),
        *_kinds(kinds),
        _senses(readings, shares, palette),
    ]
    trust = [_trust(right, trained_on)]
    if sample is not None and sample.answered >= ENOUGH_REVIEWED:
        trust = [reviewed_sentence(sample, palette), agreed_sentence(sample)]
    if len(findings) + 1 + len(trust) <= MOST:
        findings.append(_mixing(readings, mixing, palette, few=few))
    return Prose([*findings, *trust], bullets=True)


def _kinds(kinds: pd.DataFrame | None) -> list[Sentence]:
    """Which kinds are named most, as the papers name them; nothing where each is named in one paper alone."""
    if kinds is None or kinds.empty or kinds["papers"].max() < 2:
        return []
    named = [f"\u201c{row.kind}\u201d ({row.papers:,})" for row in rows_of(kinds.head(_NAMED))]
    few = "The kind" if len(named) == 1 else "The kinds"
    return [sentence(f"{few} named most, with the number of papers: {listed(named)}.")]
