"""Values that stand for no value: one rule for every reader, so that no author is called "nan".

Programs write a word of theirs (nan, NULL, None, NA), spreadsheets an error (#N/A, #NAME?), people a dash and services
a sentence ("No abstract available"). None of these is a text, a name or an id. One exception: a paper may be titled
"None" or "Null". So a title that is such a word stays where the record has an abstract or an author to go with it.
"""

from __future__ import annotations

import re

from analysis.collection.readers.base import LISTS, Record

_WORD = r"(?i:nan|null|none|nil|n/a|n\.a\.?)|NA|NaT"
_SIGN = r"[-\u2010-\u2015\u2212_.?*/]{1,4}|#[A-Z\u00c0-\u00dc/0-9]{2,9}[!?]|#N/A|#NV"
_THING = r"(?:abstract|summary|authors?|author names?|keywords?)"
_IS = r"(?: (?:is|was|are|were))?"
_GIVEN = r"(?:available|provided|given|listed|supplied|found|present|included|applicable|specified)"
_SENTENCE = (
    rf"(?i:no {_THING}{_IS}(?: {_GIVEN})?(?: (?:for|in|with) this \w{{1,20}})?|"
    rf"(?:(?:the )?{_THING}{_IS} )?(?:not {_GIVEN}|unavailable))"
)
_ABSENT = re.compile(rf"[\s\[\](<\"']*(?:(?P<word>{_WORD})|{_SIGN}|{_SENTENCE})[\s\[\])>\"'.]*")
_LONGEST = 80
# What shows that a record is of a paper: a date or a journal alone does not.
_TELLING = ("title", "abstract", "authors", "doi", "url", "id", "arxiv", "pmid", "key")


def says_nothing(text: str) -> bool:
    """Whether the whole text stands for no value."""
    return len(text) <= _LONGEST and bool(_ABSENT.fullmatch(text))


def drop_absent(record: Record) -> bool:
    """Take the values that stand for none out of the record's fields; False if nothing else told of a paper.

    ``record.cleaned`` says which fields lost one ("authors: no value").
    """
    fields = record.fields
    before = len(record.cleaned)
    for name, value in list(fields.items()):
        if name in LISTS and isinstance(value, list):
            kept = [part for part in value if not (isinstance(part, str) and says_nothing(part))]
            if len(kept) < len(value):
                fields[name] = kept
                record.cleaned.append(f"{name}: no value")
        elif isinstance(value, str) and name != "title" and value and says_nothing(value):
            fields[name] = ""
            record.cleaned.append(f"{name}: no value")
    title = fields.get("title")
    found = _ABSENT.fullmatch(title) if isinstance(title, str) and len(title) <= _LONGEST else None
    if found and not (found["word"] and (fields.get("abstract") or fields.get("authors"))):
        fields["title"] = ""
        record.cleaned.append("title: no value")
    return len(record.cleaned) == before or any(fields.get(name) for name in _TELLING)
