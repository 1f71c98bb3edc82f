"""Column names of tables, as data: which names of which services mean which of our fields.

Names are compared in lower case without anything but letters and digits, so "Author Keywords", "author_keywords" and
"AuthorKeywords " are one. Where a table has several columns of one field, the first here is meant.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from analysis.collection.readers import wos
from analysis.collection.readers.absent import says_nothing
from analysis.collection.readers.abstracts import abstract_text
from analysis.collection.readers.base import FIELDS, LISTS, Record
from analysis.collection.readers.people import apart, unglued, unstopped
from analysis.common.errors import BadInput

# Sources of the names: Scopus, Web of Science (also its two-letter tags), IEEE Xplore, Springer Link, Lens, OpenAlex,
# Embase, Ovid, ProQuest, EBSCO, Dimensions, PubMed, Zotero, Rayyan, Covidence, ASReview, Publish or Perish, ERIC, HAL.
NAMES: dict[str, tuple[str, ...]] = {
    "id": ("paperid", "id", "openalexid", "workid", "corpusid"),
    "title": (
        "title", "articletitle", "documenttitle", "itemtitle", "primarytitle", "papertitle", "displayname", "titles",
        "ti", "t1", "worktitle", "originaltitle", "studytitle", "brieftitle", "papertitles", "titleprimary",
    ),
    "abstract": (
        "abstract", "abstractnote", "abstracttext", "summary", "abstracts", "notesabstract", "ab", "n2",
        "description", "originalabstract", "abstractenglishlanguage", "paperabstract", "abstractinvertedindex",
        "indexedabstract", "summaries", "briefsummary",
    ),
    "authors": (
        "authorfullnames", "authors", "author", "authornames", "firstauthors", "authorships", "creators", "creator",
        "af", "au", "a1", "authorshipsauthordisplayname", "authorname", "authorsname", "authorsrawnames",
        "authorshipsrawauthorname", "authorstring", "firstauthor", "authorsprimary", "authfullname",
        "groupauthors",
    ),
    "year": (
        "year", "publicationyear", "pubyear", "publishedyear", "py", "yearpublished", "publicationdate",
        "datepublished", "date", "published", "onlinedate", "y1", "coverdate", "earlyaccessdate", "publishtime",
        "pubdate", "alphadate", "publicationdatey", "produceddatey", "produceddate",
    ),
    "venue": (
        "sourcetitle", "publicationtitle", "journaltitle", "journal", "journalbook", "venue", "source", "pubtitle",
        "containertitle", "booktitle", "conferencetitle", "conferencename", "so", "jf", "journalname",
        "primarylocationsourcedisplayname", "hostvenuedisplayname", "secondarytitle", "t2", "publication",
        "sourcetitleanthologytitle", "bookseriestitle", "alternatetitle3", "locationsourcedisplayname",
        "periodicalfull", "periodicalabbrev", "titlesecondary",
    ),
    "doi": (
        "doi", "itemdoi", "doilink", "digitalobjectidentifier", "do", "di", "doiurl", "articledoi", "linkdoi",
        "doiid",
    ),
    "url": (
        "url", "link", "links", "documenturl", "pdflink", "fulltextlink", "externalurl", "articleurl", "plink", "ur",
        "dimensionsurl", "openurllink", "landingpageurl", "primarylocationlandingpageurl", "urls", "sourceurls",
        "embaselink", "uri",
    ),
    "keywords": (
        "keywords", "authorkeywords", "keyword", "de", "kw", "manualtags", "tags", "keywordsdisplayname",
        "identifierkeywords", "indexkeywords", "ieeeterms", "keywordsplus",
    ),
    "subjects": (
        "subjects", "subject", "fieldsofstudy", "fieldsofresearchanzsrc2020", "meshterms", "mesh", "categories",
        "woscategories", "researchareas", "topics", "topicsdisplayname", "concepts", "wc", "subjectterms",
        "primarytopicdisplayname", "primarytopic", "primarytopicname", "topicname", "topicnames",
    ),
    "language": ("language", "languageoforiginaldocument", "la", "languages", "articlelanguage"),
    "pmid": ("pmid", "pubmedid", "idspmid", "medlinepmid", "pm"),
    "arxiv": ("arxivid", "arxiv"),
    "key": (
        "recordid", "key", "citationkey", "eid", "utuniquewosid", "ut", "lensid", "publicationid", "accessionnumber",
        "uniqueid", "storeid", "refid", "covidence", "halid",
    ),
}  # fmt: skip
# Groups that Web of Science names in a column of their own, beside the people.
_GROUPS = frozenset(("groupauthors", "ca"))
_OURS = {name: field for field, names in NAMES.items() for name in names}
_RANK = {name: rank for names in NAMES.values() for rank, name in enumerate(names)}
# Web of Science's tags as column names, among them ID for Keywords Plus. A title, and any three of these, show them.
_TAGS = {tag: (rank, field) for field, tags in wos.NAMES.items() for rank, tag in enumerate(tags)}
_TELLING_TAGS = frozenset(("PT", "AU", "AF", "SO", "AB", "DE", "DI", "PY", "UT"))
_LONGEST_NAME = 120
_QUOTED_LIST = re.compile(r"""\s*+\[\s*+(?>['"].*['"]\s*+)?\]\s*+""", re.DOTALL)
_LITERAL = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
# The vocabulary a name is from ("dc:title", "prism:doi"), and the number of a second column of one name ("Abstract 2").
# Of the value, as Solr's names end: "doiId_s", "producedDateY_i".
_TYPE = re.compile(r"_[sit]$")
_VOCABULARY = re.compile(r"(?:dc|dcterms|prism|bibo|schema):", re.IGNORECASE)
_SECOND = re.compile(r"(.+\D)[ ._]\d{1,2}$")
_OPENALEX = re.compile(r"https?://openalex\.org/(?:works/)?", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}")
_YEAR_IN_SOURCE = re.compile(r"\((\d{4})\)")


@lru_cache(maxsize=1024)
def plain_name(name: str) -> str:
    """A column's name for comparison: its letters and digits in lower case, without vocabulary and type."""
    return re.sub(r"[\W_]+", "", _TYPE.sub("", _VOCABULARY.sub("", name.lower())))


def known(names: Iterable[str]) -> set[str]:
    """Which of our fields these column names stand for."""
    return {_OURS[plain] for name in names if (plain := plain_name(name)) in _OURS}


def columns_of(names: Iterable[str], mapping: Mapping[str, str] = MappingProxyType({})) -> dict[str, list[str]]:
    """Our fields -> the columns that hold them, the preferred first; a user's ``mapping`` goes before the known names.

    In a table with Web of Science's tags for names, these mean what they mean there.

    ``mapping`` is read as {column: field}; {field: column} is understood as well if only that fits the columns.
    """
    found: dict[str, list[tuple[int, str]]] = {}
    names = list(names)
    wanted = _oriented(names, mapping)
    tags = _TAGS if "TI" in names and len(_TELLING_TAGS.intersection(names)) > 2 else {}
    for name in names:
        plain = plain_name(name)
        if plain in wanted:
            found.setdefault(wanted[plain], []).append((-1, name))
        elif name in tags:
            rank, field = tags[name]
            found.setdefault(field, []).append((rank, name))
        elif plain in _OURS:
            found.setdefault(_OURS[plain], []).append((_RANK[plain], name))
        elif (second := _SECOND.match(name)) and (plain := plain_name(second[1])) in _OURS:
            found.setdefault(_OURS[plain], []).append((_RANK[plain] + len(_RANK), name))
    return {field: [name for _, name in sorted(ranked, key=lambda pair: pair[0])] for field, ranked in found.items()}


def _oriented(names: list[str], mapping: Mapping[str, str]) -> dict[str, str]:
    present = {plain_name(name) for name in names}
    pairs = {}
    for left, right in mapping.items():
        if plain_name(left) in present and _field(right):
            pairs[plain_name(left)] = _field(right)
        elif plain_name(right) in present and _field(left):
            pairs[plain_name(right)] = _field(left)
    return pairs


def is_header(cells: Iterable[Any], mapping: Mapping[str, str] = MappingProxyType({})) -> bool:
    """Whether these cells name columns: a title or an abstract and another of our fields, and hardly anything else."""
    names = [str(cell) for cell in cells if cell]
    if any(len(name) > _LONGEST_NAME or name.isdigit() for name in names):
        return False
    found = columns_of(names, mapping)
    return (
        len(found) > 1
        and bool({"title", "abstract"} & found.keys())
        and 2 * sum(map(len, found.values())) >= len(names)
    )


def absent_columns(mapping: Mapping[str, str], names: Iterable[str]) -> list[str]:
    """The columns that the mapping means and that are not among ``names``."""
    present = {plain_name(name) for name in names}
    return [
        right if _field(left) and not _field(right) else left
        for left, right in mapping.items()
        if not (plain_name(left) in present and _field(right)) and not (plain_name(right) in present and _field(left))
    ]


def _field(name: str) -> str:
    plain = name.strip().lower()
    return plain if plain in FIELDS else {"paper_id": "id", "author": "authors", "journal": "venue"}.get(plain, "")


def checked_mapping(mapping: Mapping[str, str]) -> Mapping[str, str]:
    """The mapping itself; raises ``BadInput`` when a pair names none of our fields."""
    for left, right in mapping.items():
        if not _field(left) and not _field(right):
            raise BadInput(f"mapping {left!r} -> {right!r}: neither is one of {', '.join(sorted(FIELDS))}")
    return mapping


# What a Zotero library holds beside its papers.
_BESIDE_PAPERS = ("attachment", "note", "annotation")


def no_paper(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """Which record it is and what, if it is no paper ("K7", "attachment in a Zotero library"); None if it may be one.

    ``row`` is an object of Zotero's API or a row of its table.
    """
    kind = row.get("itemType") or row.get("Item Type")
    if kind not in _BESIDE_PAPERS:
        return None
    return str(row.get("key") or row.get("Key") or ""), f"{kind} in a Zotero library"


def row_record(row: Mapping[str, Any], columns: Mapping[str, list[str]]) -> Record:
    """A record from a row of a table; what no field takes is extra, under its column's name."""
    fields: dict[str, Any] = {}
    cleaned: list[str] = []
    used = set()
    for field, names in columns.items():
        for name in names:
            group = field == "authors" and plain_name(name) in _GROUPS
            if field in fields and not group and field not in ("keywords", "subjects"):
                continue
            value = row.get(name)
            if value is None or value == "" or (field == "year" and not _YEAR.search(str(value))):
                continue
            if isinstance(value, str) and field != "title" and says_nothing(value) and name != names[-1]:
                continue  # the next column may know more
            taken: Any
            if field in ("keywords", "subjects"):
                taken = fields.get(field, []) + as_list(value)
            elif group:  # its name may have commas
                taken = fields.get(field, []) + [whole for part in str(value).split(";") if (whole := part.strip())]
            elif field in LISTS:
                taken = as_list(value, people=True)
                if len(taken) == 1 and _is_springer(columns) and len(people := unglued(taken[0])) > 1:
                    taken = people
                    cleaned.append("authors: glued names parted, a guess")
            elif field == "abstract":
                taken = abstract_text(value)
            else:
                taken = text_of(value)
            if not taken:
                continue
            fields[field] = taken
            used.add(name)
    if "year" not in fields and (year := _YEAR_IN_SOURCE.search(fields.get("venue", ""))):
        fields["year"] = year[1]  # Embase: "Endoscopic Ultrasound (2014) 3:3 (152-160)."
    if "id" in fields:
        address = fields["id"]
        if found := _OPENALEX.match(address):
            fields["id"] = address[found.end() :].upper()
            fields.setdefault("url", address)
    extra = {
        name: value for name, value in row.items() if name and name not in used and value is not None and value != ""
    }
    return Record(fields, extra, cleaned=cleaned)


def _is_springer(columns: Mapping[str, list[str]]) -> bool:
    """SpringerLink's table, which writes the authors without anything between them."""
    return any(plain_name(name) == "itemtitle" for name in columns.get("title", ()))


def text_of(value: Any) -> str:
    """The text of a value: of a list its first that has any, of an object its name."""
    if isinstance(value, list):
        return next((text for part in value if (text := text_of(part))), "")
    return name_of(value) if isinstance(value, Mapping) else str(value or "")


def as_list(value: Any, people: bool = False) -> list[str]:
    """Several things in one cell: a list, one as Python, JSON or numpy writes it, or parted by ; | or (rarely) commas.

    numpy puts no commas between its strings, and Python would join them: each is read by itself.
    """
    if isinstance(value, Mapping):  # {"author": [...]}, {"authors": [...]}
        value = next((inner for inner in value.values() if isinstance(inner, list)), [value])
    if isinstance(value, list):
        parts = [name_of(part) for part in value]
    elif _QUOTED_LIST.fullmatch(text := str(value)):
        parts = [_unescaped(literal) for literal in _LITERAL.findall(text)] or re.findall(r"\"([^\"]*)\"", text)
    else:
        text = unstopped(text) if people else text
        separator = next((s for s in (";", "|", "\n") if s in text), "")
        if not separator and (not people or _people_by_commas(text)):
            separator = ","
        parts = text.split(separator) if separator else [text]
    if people:
        parts = apart(parts)
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _unescaped(literal: str) -> str:
    """The text of a string as JSON or Python writes it; as it stands where its escapes are those of neither."""
    if "\\" in literal:
        for read in (json.loads, ast.literal_eval):
            with warnings.catch_warnings(), suppress(ValueError, SyntaxError):
                warnings.simplefilter("error")  # what Python takes for no escape, and keeps with a warning
                return str(read(literal))
    return literal[1:-1]


def name_of(value: Any) -> str:
    """The name of what a service writes as an object: "Family, Given" where it has both, else its name or label."""
    if not isinstance(value, Mapping):
        return "" if value is None else str(value)
    for family, given in (("family", "given"), ("lastName", "firstName"), ("last_name", "first_name")):
        if value.get(family):
            particle = value.get("non-dropping-particle") or ""
            whole = f"{particle} {value[family]}".strip()
            return ", ".join(str(part) for part in (whole, value.get(given)) if part)
    if isinstance(value.get("author"), Mapping):  # OpenAlex
        return name_of(value["author"]) or name_of(value.get("raw_author_name"))
    names = (
        "name", "literal", "display_name", "full_name", "fullname", "fullName", "collectiveName", "title", "given",
        "value", "tag", "creator", "text",
    )  # fmt: skip
    return next((str(value[name]) for name in names if value.get(name)), "")


def _people_by_commas(text: str) -> bool:
    """Whether commas part people ("Smith A, Walter B", "Ann Smith, Bob Walter") and not a name ("Smith, Ann")."""
    parts = [part.strip() for part in text.split(",")]
    return len(parts) > 1 and " and " not in text and all(" " in part for part in parts if part)
