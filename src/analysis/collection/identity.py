"""What makes a record recognisable: its DOI, arXiv id and PMID wherever they hide, and comparable forms of its text."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.collection.doi import find_doi

if TYPE_CHECKING:
    import pandas as pd

_NEW_ARXIV = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}"
_OLD_ARXIV = r"[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?/\d{7}"
_ARXIV_ID = re.compile(rf"(?:arxiv\s*+:?\s*+)?({_NEW_ARXIV}|{_OLD_ARXIV})(?:v\d+)?", re.IGNORECASE)
_ARXIV_IN_URL = re.compile(
    rf"(?:arxiv\.org/(?:abs|pdf|html|e-print)|huggingface\.co/papers|arxiv\s*:)\s*/?({_NEW_ARXIV}|{_OLD_ARXIV})",
    re.IGNORECASE,
)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+?)(?:v\d+)?$")
_PMID_IN_URL = re.compile(r"(?:pubmed\.ncbi\.nlm|ncbi\.nlm)\.nih\.gov/(?:pubmed/)?0*(\d{1,9})(?!\d)", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_COLLISION = re.compile(r"~\d+$")

# DOI prefixes of preprint servers. Cold Spring Harbor shares 10.1101 between bioRxiv, medRxiv (digits follow) and its
# journals (letters follow).
_PREPRINT_DOI = re.compile(
    r"10\.(?:48550|2139|31234|31235|31219|31222|21203|20944|26434|36227|22541|22215|33774|32942|35542|5281|64898)/"
    r"|10\.1101/\d"
)
_PREPRINT_VENUE = re.compile(
    r"\b(?:(?:ar|bio|med|chem|psy|soc|tech|eng|edu)rxiv|arxiv|ssrn|research square|preprints?|corr)\b", re.IGNORECASE
)
# Research Square and bioRxiv number the versions of one preprint in its DOI.
_DOI_VERSION = re.compile(r"(?<=\d)(?:/v\d+|v\d+)(?:\.full|\.abstract)?$")

_DOI_KEYS = {"doi", "do", "di", "lid", "aid"}
_ARXIV_KEYS = {"arxiv", "arxivid", "eprint"}
_VOLUME_KEYS = {"volume", "vol", "vl", "vi", "journalvolume", "volumes"}
_ISSUE_KEYS = {"number", "issue", "is", "ip", "journalissue", "issues"}
_PMID_KEYS = {"pmid", "pubmed", "pubmedid", "accessionnumber", "an", "pm"}


@dataclass(frozen=True, slots=True)
class Identity:
    """One record in comparable form. Ids are normalised, "" when unknown; ``year`` is None when unknown."""

    doi: str
    arxiv: str
    pmid: str
    title: str  # lower case words separated by single spaces
    cut: bool  # the title ends in an ellipsis
    authors: tuple[frozenset[str], ...]  # the names of each author
    surnames: tuple[str, ...]
    year: int | None
    abstract: str
    language: str
    preprint: bool
    venue: str
    issue: tuple[str, str]  # volume and number in plain words, "" where unknown

    @property
    def version_of_record(self) -> str:
        """The DOI of the published version, "" for a preprint's own DOI."""
        return "" if _PREPRINT_DOI.match(self.doi) else self.doi


def identify(papers: pd.DataFrame) -> list[Identity]:
    """The identity of each row of a papers table, in its order."""
    columns = ["paper_id", "title", "abstract", "authors", "venue", "doi", "url", "language", "extra"]
    years = [int(year) if known else None for year, known in zip(papers["year"], papers["year"].notna(), strict=True)]
    rows = zip(years, *(papers[column].tolist() for column in columns), strict=True)
    return [_identity(*row) for row in rows]


def identity_of(row: Mapping[str, Any]) -> Identity:
    """The identity of one record: a row of the papers table, where what is not known may be absent."""
    texts = {name: str(row.get(name) or "") for name in ("paper_id", "title", "abstract", "venue", "doi", "url")}
    more = {name: str(row.get(name) or "") for name in ("language", "extra")}
    return _identity(year=row.get("year") or None, authors=row.get("authors") or [], **texts, **more)


def _identity(
    year: int | None, paper_id: str, title: str, abstract: str, authors: list[str], venue: str, doi: str, url: str,
    language: str, extra: str,
) -> Identity:  # fmt: skip
    paper_id = _COLLISION.sub("", paper_id)
    more = dict(_flat(extra))
    found_doi = next(filter(None, map(normal_doi, (doi, url, paper_id, *_pick(more, _DOI_KEYS)))), "")
    arxiv = _find_arxiv(paper_id, found_doi, url, more)
    server = bool(_PREPRINT_VENUE.search(venue))
    return Identity(
        doi=found_doi,
        arxiv=arxiv,
        pmid=_find_pmid(paper_id, url, more),
        title=plain(title),
        cut=title.rstrip().endswith(("...", "…")),
        authors=tuple(frozenset(_names(author)) for author in authors),
        surnames=tuple(_surname(author) for author in authors),
        year=year,
        abstract=abstract,
        language=language,
        preprint=(not found_doi or bool(_PREPRINT_DOI.match(found_doi)))
        and (server or (not venue and bool(arxiv or found_doi))),
        venue=plain(venue),
        issue=(_first_of(more, _VOLUME_KEYS), _first_of(more, _ISSUE_KEYS)),
    )


# --- identifiers -----------------------------------------------------------------------------------------------------


def normal_doi(text: str) -> str:
    """The DOI inside ``text`` as ``find_doi`` gives it, without the version of a preprint; or ""."""
    doi = find_doi(text)
    return _DOI_VERSION.sub("", doi) if _PREPRINT_DOI.match(doi) else doi


def normal_arxiv(text: str) -> str:
    """``text`` as an arXiv id without version, e.g. "arXiv:2502.10010v2" -> "2502.10010"; "" when it is none."""
    found = _ARXIV_ID.fullmatch(text.strip())
    return found.group(1).lower() if found else ""


def _find_arxiv(paper_id: str, doi: str, url: str, more: dict[str, str]) -> str:
    in_doi = _ARXIV_DOI.match(doi)
    if in_doi:
        return normal_arxiv(in_doi.group(1))
    for text in (paper_id, *_pick(more, _ARXIV_KEYS)):
        if normal_arxiv(text):
            return normal_arxiv(text)
    for text in (url, paper_id, *more.values()):
        found = _ARXIV_IN_URL.search(text)
        if found:
            return found.group(1).lower()
    return ""


def _find_pmid(paper_id: str, url: str, more: dict[str, str]) -> str:
    # A bare number as paper_id may be a row number, so it takes a word that says PMID.
    candidates = [m.group(1) for t in (url, paper_id) if (m := _PMID_IN_URL.search(t))]
    named = re.fullmatch(r"pmid\s*+:?\s*+0*(\d{1,9})", paper_id, re.IGNORECASE)
    if named:
        candidates.append(named.group(1))
    for key in _PMID_KEYS & more.keys():
        value = more[key].rsplit("/", 1)[-1]
        if key in ("an", "accessionnumber") and not re.fullmatch(r"(?:pmid|medline)\s*+:?\s*+\d+", value, re.I):
            continue  # other databases number their records as well
        found = re.fullmatch(r"\D*0*(\d{1,9})(?:\.0)?\D*", value)
        if found:
            candidates.append(found.group(1))
    return candidates[0] if candidates else ""


def _flat(extra: str) -> Iterator[tuple[str, str]]:
    """Keys (lower case, letters only) and text values of the JSON in ``extra``, nested objects included."""
    if not extra or extra == "{}":
        return
    try:
        waiting = [json.loads(extra)]
    except ValueError:
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            for key, inner in value.items():
                if isinstance(inner, (dict, list)):
                    waiting.append(inner)
                if isinstance(inner, list) and len(inner) == 1:
                    inner = inner[0]
                if isinstance(inner, (str, int)):
                    yield re.sub("[^a-z]", "", key.lower()), str(inner)


def _pick(more: dict[str, str], keys: set[str]) -> list[str]:
    return [more[key] for key in sorted(keys & more.keys())]


def _first_of(more: dict[str, str], keys: set[str]) -> str:
    return next(map(plain, _pick(more, keys)), "")


# --- text ------------------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Words of ``text`` in lower case without accents, markup and punctuation, joined by single spaces."""
    if "<" in text:
        text = re.sub(r"</?[a-zA-Z][^<>]{0,40}>", "", text)
    text = text.replace("&", " and ")
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(_WORD.findall(text.casefold().replace("'", "")))


def _names(author: str) -> list[str]:
    return [word for word in plain(author).split() if len(word) > 1]


def _surname(author: str) -> str:
    """The family name of "Family, Given", "Given Family" or "Family GM", without accents, in lower case."""
    before_comma, comma, _ = author.partition(",")
    if comma and plain(before_comma):
        return plain(before_comma)
    words = author.split()
    while len(words) > 1 and re.fullmatch(r"(?:[A-Z]\.?-?){1,3}|[JS]r\.?|I{2,3}", words[-1]):
        words.pop()
    if len(words) < len(author.split()):  # "Family GM"
        return plain(" ".join(words))
    return plain(words[-1]) if words else ""
