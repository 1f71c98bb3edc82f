"""What became of the records as PRISMA 2020 has it: the data of its flow diagram, and its search as PRISMA-S text.

The boxes are those of Page et al. 2021 (doi:10.1136/bmj.n71). The template is that of the R package PRISMA2020 and its
web app (Haddaway et al. 2022, doi:10.1002/cl2.1230), which load its CSV. The items of a search are those of Rethlefsen
et al. 2021 (doi:10.1186/s13643-020-01542-z). What this tool cannot know is NA in the one and said to be unknown in the
other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis import __version__
from analysis.common.prose import Prose, sentence
from analysis.common.wording import count_of, listed

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN = "NA"  # as R writes it
COLUMNS = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n")
PLATFORMS = {
    "arxiv": ("arXiv", "arXiv API"),
    "openalex": ("OpenAlex", "OpenAlex API"),
    "hf-papers": ("Hugging Face papers", "Hugging Face API"),
}
_IDS = re.compile(r"((?:[\d,]+|no) ids?) looked up")  # what ``searches`` writes where there was no query
_FILES = 5  # named in a sentence; the others are counted

# The template's rows: data, node, box, description. Its box text is the description without what stands in brackets.
_ROWS = (
    ("", "node4", "prevstud", "Previous studies"),
    ("previous_studies", "node5", "box1", "Studies included in previous version of review"),
    ("previous_reports", "", "box1", "Reports of studies included in previous version of review"),
    ("", "node6", "newstud", "Identification of new studies via databases and registers"),
    ("database_results", "node7", "box2", "Databases"),
    ("database_specific_results", "", "box2", "Specific Databases"),
    ("register_results", "", "box2", "Registers"),
    ("register_specific_results", "", "box2", "Specific Registers"),
    ("", "node16", "othstud", "Identification of new studies via other methods"),
    ("website_results", "node17", "box11", "Websites"),
    ("organisation_results", "", "box11", "Organisations"),
    ("citations_results", "", "box11", "Citation searching"),
    ("duplicates", "node8", "box3", "Duplicate records"),
    ("excluded_automatic", "", "box3", "Records marked as ineligible by automation tools"),
    ("excluded_other", "", "box3", "Records removed for other reasons"),
    ("records_screened", "node9", "box4", "Records screened (databases and registers)"),
    ("records_excluded", "node10", "box5", "Records excluded (databases and registers)"),
    ("dbr_sought_reports", "node11", "box6", "Reports sought for retrieval (databases and registers)"),
    ("dbr_notretrieved_reports", "node12", "box7", "Reports not retrieved (databases and registers)"),
    ("other_sought_reports", "node18", "box12", "Reports sought for retrieval (other)"),
    ("other_notretrieved_reports", "node19", "box13", "Reports not retrieved (other)"),
    ("dbr_assessed", "node13", "box8", "Reports assessed for eligibility (databases and registers)"),
    ("dbr_excluded", "node14", "box9", "Reports excluded (databases and registers)"),
    ("other_assessed", "node20", "box14", "Reports assessed for eligibility (other)"),
    ("other_excluded", "node21", "box15", "Reports excluded (other)"),
    ("new_studies", "node15", "box10", "New studies included in review"),
    ("new_reports", "", "box10", "Reports of new included studies"),
    ("total_studies", "node22", "box16", "Total studies included in review"),
    ("total_reports", "", "box16", "Reports of total included studies"),
    ("identification", "node1", "identification", "Identification"),
    ("screening", "node2", "screening", "Screening"),
    ("included", "node3", "included", "Included"),
    ("total_studies_ma", "node23", "box17", "Total studies included in meta-analysis"),
    ("total_reports_ma", "", "box17", "Reports of total included studies in meta-analysis"),
)


def prisma(
    flow: pd.DataFrame, term: str, *, searches: pd.DataFrame | None = None, screened_out: int | None = None
) -> pd.DataFrame:
    """The template of the R package PRISMA2020, filled in: data, node, box, description, boxtext, tooltips, url, n.

    ``flow`` is ``collection.flow.record_flow`` with mentions. All sources count as databases. Papers without the term
    are ineligible by automation; unreadable and excluded records are removed for other reasons; papers with the term
    are screened. ``screened_out`` counts those that a person left out, None where nobody did. All cells are text; what
    is not known is ``NA``. ``searches`` (see ``searches``) names sources as databases.
    """
    import pandas as pd

    together = flow[flow["source"] == ""].set_index("stage")["n"]
    read = flow[(flow["stage"] == "read") & (flow["source"] != "")]
    names = {} if searches is None else dict(zip(searches["source"], searches["database"], strict=True))
    parts = [(names.get(source) or bare(source), n) for source, n in zip(read["source"], read["n"], strict=True)]
    known: dict[str, object] = {
        "database_results": int(together.get("read", 0)),
        "database_specific_results": "; ".join(f"{_in_list(name)}, {n}" for name, n in parts) or UNKNOWN,
        "duplicates": int(together.get("duplicate", 0)),
        "excluded_other": int(together.get("unreadable", 0) + together.get("excluded", 0)),
    }
    if "with the term" in together:
        known["excluded_automatic"] = int(together["kept"] - together["with the term"])
        known["records_screened"] = int(together["with the term"])
    if screened_out is not None:
        known["records_excluded"] = screened_out
    rows = []
    for data, node, box, description in _ROWS:
        text = re.sub(r" \([^)]*\)$", "", description)
        if data == "excluded_automatic" and data in known:
            text = f"{text} (no {_in_list(term)} in title or abstract)"
        n = str(known.get(data, UNKNOWN)) if data and data != box else "0"
        rows.append((data or UNKNOWN, node or UNKNOWN, box, description, text, description, f"{data or box}.html", n))
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")


def known_boxes(table: pd.DataFrame) -> dict[str, int]:
    """The numbers that the template holds, by the name of the data."""
    numbers = zip(table["data"], table["n"], strict=True)
    return {data: int(n) for data, n in numbers if data not in (UNKNOWN, "identification", "screening", "included")
            and n.isdecimal()}  # fmt: skip


def bare(source: str) -> str:
    """A source without the folders of this machine."""
    return re.split(r"[/\\]", source)[-1] or source


def _in_list(name: str) -> str:
    """A name without what ends an item of the template's lists, or a text in the language of its diagrams."""
    return " ".join(re.sub(r"[,;'\"\\{}<>|\x00-\x1f]", " ", name).split())


# --- PRISMA-S --------------------------------------------------------------------------------------------------------


def searches(inputs: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Where the records of each source come from: source, records, database, platform, query, started, ended, whole.

    ``inputs`` are those of a study's manifest. A source that ``bias-senses fetch`` made tells its search; of any other
    file only name and records are known, and the other cells are empty.
    """
    import pandas as pd

    rows = []
    for made in inputs:
        search = made.get("search") or {}
        database, platform = PLATFORMS.get(str(search.get("service")), ("", ""))
        query = str(search.get("query") or "")
        if database and not query:
            query = f"{count_of(int(search.get('ids') or 0), 'id')} looked up"
        rows.append(
            {
                "source": made["source"], "records": int(made.get("records", 0)), "database": database,
                "platform": platform, "query": query, "started": str(search.get("started") or "")[:10],
                "ended": str(search.get("updated") or "")[:10],
                "whole": ("yes" if search.get("complete") else "no") if database else "",
            }
        )  # fmt: skip
    columns = ["source", "records", "database", "platform", "query", "started", "ended", "whole"]
    return pd.DataFrame(rows, columns=columns).astype({"records": int})


def search_report(table: pd.DataFrame, *, duplicates: pd.DataFrame, merged: bool = True) -> Prose:
    """The search in words, by the items of PRISMA-S; what the tool does not know says so.

    ``table`` is ``searches``, ``duplicates`` the study's table of them; ``merged`` is false where duplicates were left
    apart on purpose.
    """
    live, files = table[table["database"] != ""], table[table["database"] == ""]
    told = [part for row in live.to_dict("records") for part in _search(row)]
    if len(files):
        named = [f"{bare(row['source'])} ({row['records']:,})" for row in files.to_dict("records")]
        told.append(
            f"{count_of(int(files['records'].sum()), 'record').capitalize()} came from "
            f"{count_of(len(files), 'exported file')}: {listed(named, most=_FILES)}."
        )
        told.append(
            f"{'These files do' if len(files) > 1 else 'The file does'} not say which database and platform was "
            "searched, with which query, on which date and within which limits: [to be filled in]."
        )
    if len(live):
        told.append("The fetch added no limits of date, language or type of publication to the queries.")
    told.append(f"In all, {count_of(int(table['records'].sum()), 'record')} were read.")
    told += _deduplication(duplicates, merged)
    told.append(
        "The tool does not know about registers, websites, citation searching, contacts, search filters, earlier "
        "searches that were reused, or peer review of the search: [to be filled in]."
    )
    return Prose(map(sentence, told))


def _search(row: Mapping[Any, Any]) -> list[str]:
    dates = f"on {row['started']}" if row["started"] == row["ended"] else f"from {row['started']} to {row['ended']}"
    ids = _IDS.fullmatch(row["query"])
    asked = (
        f"was asked for {ids[1]} through the {row['platform']} {dates}"
        if ids
        else f"was searched through the {row['platform']} {dates} with the query \u201c{row['query']}\u201d"
    )
    told = [f"{row['database']} {asked}; {count_of(row['records'], 'record')} came of it."]
    if row["whole"] == "no":
        told.append(f"That fetch from {row['database']} ended before the service had no more.")
    return told


def _deduplication(duplicates: pd.DataFrame, merged: bool) -> list[str]:
    if not merged:
        return ["Duplicates were left apart."]
    decided = duplicates[duplicates["decision"].isin(["split", "keep", "merge"])]
    gone = duplicates[~duplicates["decision"].isin(["split", "keep"])]
    told = [
        f"bias-senses {__version__} merged {count_of(len(gone), 'duplicate record')}.",
        "It takes records for one work if they have the same DOI, arXiv id or PMID, or if their similar titles agree "
        "in authors, year and abstract as far as these are known.",
    ]
    if len(decided):
        told.append(f"A person decided {count_of(len(decided), 'pair')} of records.")
    return told
