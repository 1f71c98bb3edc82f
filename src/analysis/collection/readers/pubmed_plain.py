"""PubMed's formats for reading, "Abstract (text)" and "Summary (text)": recognised, and refused with the one to choose.

They name no field, so which paragraph is the title or the abstract could only be guessed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from analysis.collection.readers.base import Format
from analysis.common.errors import BadInput

if TYPE_CHECKING:
    from analysis.collection.sources import Head, Source

_FIRST = re.compile(r"1[.:] \S")
_ID = re.compile(r"\bPMID: \d{1,9}\b")


def recognises(head: Head) -> bool:
    """A text that begins with record 1 and has PubMed's ids as they are printed."""
    return bool(_FIRST.match(head.text) and _ID.search(head.text))


def read(source: Source) -> NoReturn:
    """Raises ``BadInput``."""
    raise BadInput(
        f"{source.label}: PubMed's text for reading, which does not mark its fields; save the search again in the "
        "format PubMed (Save, Format: PubMed), or send it to Citation manager, and load that file"
    )


FORMAT = Format("PubMed's text for reading", recognises, read)
