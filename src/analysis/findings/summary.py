"""What was found, in sentences whose numbers are computed from the tables and lead to the mentions behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.common.links import CONCORDANCE, card_link, selection_link
from analysis.common.prose import Fact, Prose, Sentence, between, sentence
from analysis.common.wording import count_of, listed, percent
from analysis.findings.shares import ranked
from analysis.findings.stance import FEW
from analysis.findings.words import nearest_modifiers
from analysis.inventory.inventory import UNCLEAR

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inventory.palette import Palette

_FATES = {"duplicate": "merged as duplicates"}


def answer_collection(papers: pd.DataFrame, audit: pd.DataFrame, mentions: pd.DataFrame) -> Prose:
    """Two sentences: how many papers there are and what became of the records; what the papers say of themselves."""
    records = audit[audit["status"] != "not a record"]
    lost = records.loc[records["status"] != "kept", "status"].value_counts().sort_index()
    fate = (
        listed([f"{n:,} {_FATES.get(str(status), status)}" for status, n in lost.items()]) if len(lost) else "all kept"
    )
    using = mentions["paper_id"].nunique()
    first = sentence(
        f"The collection holds {count_of(len(papers), 'paper')}, read from {count_of(len(records), 'record')} "
        f"({fate}); ",
        Fact(f"{using:,}", CONCORDANCE),
        f" of these {'uses' if using == 1 else 'use'} the term.",
    )
    abstracts, years, authors = (
        int(n)
        for n in ((papers["abstract"] != "").sum(), papers["year"].notna().sum(), papers["authors"].map(bool).sum())
    )
    second = sentence(
        f"An abstract is known for {abstracts:,}, a year for {years:,}, and authors for {authors:,} of the "
        f"{count_of(len(papers), 'paper')}."
    )
    return Prose([first, second])


def answer_mentions(mentions: pd.DataFrame, excluded: pd.DataFrame, term: str) -> Prose:
    """Two sentences: how often the term is used, and what stands before it most."""
    if mentions.empty:
        return Prose([sentence(f"No paper uses \u201c{term}\u201d, so there is nothing to show here.")])
    papers = mentions["paper_id"].nunique()
    titles = int((mentions["field"] == "title").sum())
    left_out = ""
    if n := len(excluded):
        left_out = (
            f"; {count_of(n, 'word')} that only contain{'s' if n == 1 else ''} the letters {'is' if n == 1 else 'are'} "
            "left out"
        )
    first = sentence(
        f"\u201c{term}\u201d and its family occur ",
        Fact(count_of(len(mentions), "time"), CONCORDANCE),
        f" in {count_of(papers, 'paper')}, {titles:,} of these times in a title{left_out}.",
    )
    modifiers = nearest_modifiers(mentions[mentions["modifier"] != ""])
    if modifiers.empty:
        return Prose([first, sentence("No word modifies it.")])
    common = modifiers.value_counts(sort=False).sort_values(ascending=False, kind="stable").head(3)
    bare = len(mentions) - len(modifiers)
    commonest = listed([f"\u201c{word}\u201d ({n:,})" for word, n in common.items()])
    second = sentence(
        f"The commonest modifiers next to it are {commonest}; {bare:,} of {len(mentions):,} mentions stand without a "
        "modifier."
    )
    return Prose([first, second])


def answer_senses(shares: pd.DataFrame, topics: pd.DataFrame, palette: Palette) -> Prose:
    """Two sentences: how many senses there are and which is commonest; how many finer topics, and which are novel.

    ``shares`` is ``sense_shares``'s, ``topics`` the study's.
    """
    found = ranked(shares).query("sense != @UNCLEAR")
    if found.empty:
        return Prose([sentence("No mention has a sense, so there is nothing to show here.")])
    spread = f"spread over {count_of(len(found), 'sense')}; the commonest is" if len(found) > 1 else "have one sense:"
    first = sentence(f"The mentions {spread} ", *_share(found.iloc[0], palette), ".")
    novel = [
        f"\u201c{topic['proposed_name']}\u201d (topic \u201c{topic['label']}\u201d, {count_of(topic['n'], 'mention')})"
        for topic in topics[topics["novel"]].to_dict("records")
    ]
    whose = "its" if len(novel) == 1 else "their"
    verdict = (
        f"; {listed(novel)} may be novel, as at least half of {whose} mentions fit no sense of the inventory."
        if novel
        else ", none of them novel."
    )
    own = topics[topics["topic"] >= 0]
    if own.empty:
        return Prose([first, sentence("No finer topics were found.")])
    outside = int(shares.loc[shares["unit"] == "mentions", "of"].max() - own["n"].sum())
    left = f" ({count_of(outside, 'mention')} {'is' if outside == 1 else 'are'} in none)" if outside else ""
    second = sentence(f"Topic modelling divides them into {count_of(len(own), 'finer topic')}{left}{verdict}")
    return Prose([first, second])


def answer_relations(roles: pd.DataFrame, mixing: Mapping[str, Any], palette: Palette) -> Prose:
    """Two sentences: which senses are used as a tool and which are measured or fought; how many papers mix senses.

    ``roles`` is ``stance_by_sense``'s with the inventory's roles, ``mixing`` is ``mixing_share``'s.
    """
    if not mixing["of"]:
        return Prose([sentence("No paper uses the word, so there is nothing to show here.")])
    estimate = "" if mixing["error"] == "papers" else f" estimate {percent(mixing['estimate'])},"
    second = sentence(
        Fact(f"{mixing['papers']:,} of {count_of(mixing['of'], 'paper')}", selection_link(mixed=True)),
        f" ({percent(mixing['share'])};{estimate} {between(mixing['low'], mixing['high'])}) "
        f"{'uses' if mixing['papers'] == 1 else 'use'} the word in more than one sense.",
    )
    return Prose([_tools_and_harms(roles, palette), second])


def _tools_and_harms(roles: pd.DataFrame, palette: Palette) -> Sentence:
    large = roles[(roles["of"] >= FEW) & (roles["of_papers"] >= FEW) & (roles["sense"] != UNCLEAR)]
    large = large[large["estimate"].notna()]  # as where the labels give every mention another sense
    if large.empty:
        few = f"No sense has {FEW} mentions with a stance in {FEW} papers, so stances are not compared."
        unnamed = "The inventory does not say which stances make a sense a tool or a harm."
        unknown = unnamed if palette.past and not palette.roles else "Stances are not known for this term."
        return sentence(few if len(roles) else unknown)
    tools = large[(large["stance"] == "tool") & large["clear"] & (large["estimate"] > large["elsewhere"])]
    tools = tools[tools["count"] > 0]  # an estimate that no mention shows is no finding
    tools = tools.sort_values(["low", "sense"], ascending=[False, True]).head(2)
    harms = large[large["stance"] == "harm"].sort_values(["low", "sense"], ascending=[False, True]).head(1)
    parts: list[str | Fact] = ["As a tool: " if len(tools) else "No sense stands out as a tool"]
    for number, (_, row) in enumerate(tools.iterrows()):
        parts += [" and " if number else "", _named(row["sense"], palette), f", {_past('tool', palette)} in "]
        parts += _part(row, selection_link(sense=row["sense"], stance=palette.roles["tool"]))
    for _, row in harms.iterrows():
        parts += ["; as a harm: ", _named(row["sense"], palette), f", {_past('harm', palette)} in "]
        parts += _part(row, selection_link(sense=row["sense"], stance=palette.roles["harm"]))
    return sentence(*parts, ".")


def _past(role: str, palette: Palette) -> str:
    """What authors do with a sense in this role: ``fought or measured``."""
    return " or ".join(palette.past[stance] for stance in palette.roles[role])


def _named(sense: str, palette: Palette) -> Fact:
    """The sense's name, which leads to its card."""
    return Fact(palette[sense].name, card_link(sense))


def _part(row: pd.Series, link: str) -> list[str | Fact]:
    """``19 of 22 mentions (86%; estimate 84%, 95% interval 60% to 96%)``, its count a link."""
    estimate = "" if row["error"] == "papers" else f" estimate {percent(row['estimate'])},"
    return [
        Fact(f"{int(row['count']):,} of {count_of(int(row['of']), 'mention')}", link),
        f" ({percent(row['share'])};{estimate} {between(row['low'], row['high'])})",
    ]


def _share(row: pd.Series, palette: Palette) -> list[str | Fact]:
    """``Social bias, in 7 of 21 papers (33%; estimate 29%, 95% interval 5% to 52%)``, its count a link."""
    estimate = "" if row["error"] == "papers" else f" estimate {percent(row['estimate'])},"
    return [
        _named(row["sense"], palette),
        ", in ",
        Fact(f"{int(row['count']):,} of {count_of(int(row['of']), 'paper')}", selection_link(sense=row["sense"])),
        f" ({percent(row['share'])};{estimate} {between(row['low'], row['high'])})",
    ]


def key_findings(
    shares: pd.DataFrame,
    roles: pd.DataFrame,
    mixing: Mapping[str, Any],
    ambiguity: Mapping[str, Any],
    palette: Palette,
    *,
    most: int = 3,
) -> Prose:
    """The summary of a report, a list of findings: shares, ambiguity, stances, mixing.

    ``shares`` is ``sense_shares``'s, ``roles`` is ``stance_by_sense``'s with the inventory's roles, ``mixing`` is
    ``mixing_share``'s, ``ambiguity`` is one row of ``analysis.findings.compare.ambiguity``.
    """
    found = ranked(shares).query("sense != @UNCLEAR")
    if found.empty:
        return Prose([sentence("The term does not occur in these papers.")], bullets=True)
    findings = []
    if (found["error"] == "papers").all():
        findings.append(
            sentence(
                "There are no labels, so it is not known how often these senses are wrong. What follows counts groups "
                "that the machine made; read them before you call them a finding."
            )
        )
    findings += [sentence(*_share(row, palette), ".") for _, row in found.head(most).iterrows()]
    rest = found.iloc[most:]
    if len(rest):
        parts: list[str | Fact] = ["Less common, with the number of papers: "]
        for number, (_, row) in enumerate(rest.iterrows()):
            parts.append("" if not number else " and " if number == len(rest) - 1 else ", ")
            count = Fact(f"{int(row['count']):,}", selection_link(sense=row["sense"]))
            parts += [_named(row["sense"], palette), " (", count, ")"]
        findings.append(sentence(*parts, "."))
    findings.append(
        sentence(
            f"The mentions are as ambiguous as if {ambiguity['estimate']:.1f} senses were equally common "
            f"(95% interval {ambiguity['low']:.1f} to {ambiguity['high']:.1f}; as read "
            f"{ambiguity['effective']:.1f})."
        )
    )
    findings += list(answer_relations(roles, mixing, palette).sentences)
    return Prose(findings, bullets=True)
