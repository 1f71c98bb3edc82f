"""The tables every verb hands to the next: their columns, their types, and how they go to a file and come back.

A table is a pandas DataFrame with exactly the columns listed in ``SCHEMAS``. Text columns hold ``str`` ("" for
missing), ``year``, ``raw_start`` and ``raw_end`` are nullable ``Int64``, list columns hold ``list[str]`` (joined by
"; " in CSV).
"""

from __future__ import annotations

import csv
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import wraps
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from analysis.common.errors import BadInput
from analysis.common.progress import say

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow

try:
    import fcntl
except ImportError:  # Windows, which lets nobody remove a file that is open
    fcntl = None  # type: ignore[assignment]

TEXT, LIST, INT, INT_OR_NA, FLOAT, BOOL = "text", "list", "int", "int or NA", "float", "bool"

SCHEMAS: dict[str, dict[str, str]] = {
    "papers": {
        "paper_id": TEXT, "title": TEXT, "abstract": TEXT, "authors": LIST, "year": INT_OR_NA,
        "venue": TEXT, "doi": TEXT, "url": TEXT, "keywords": LIST, "subjects": LIST, "language": TEXT, "source": TEXT,
        "record": TEXT, "extra": TEXT, "as_read": TEXT,
    },
    "audit": {
        "source": TEXT, "record": TEXT, "paper_id": TEXT, "status": TEXT, "reason": TEXT, "cleaned": LIST,
        "missing": LIST, "raw": TEXT,
    },
    "duplicates": {
        "paper_id": TEXT, "survivor": TEXT, "matched_by": TEXT, "score": FLOAT, "filled": LIST, "decision": TEXT,
    },
    "origins": {
        "paper_id": TEXT, "cell": TEXT, "status": TEXT, "service": TEXT, "record": TEXT, "date": TEXT,
        "matched": TEXT, "guess": BOOL, "reason": TEXT,
    },
    "mentions": {
        "mention_id": TEXT, "paper_id": TEXT, "field": TEXT, "start": INT, "end": INT,
        "raw_start": INT_OR_NA, "raw_end": INT_OR_NA, "surface": TEXT, "lemma": TEXT, "sentence": TEXT,
        "sentence_start": INT, "modifier": TEXT, "head": TEXT, "verb": TEXT, "left": TEXT, "right": TEXT,
    },
    "excluded": {
        "paper_id": TEXT, "field": TEXT, "start": INT, "end": INT, "surface": TEXT, "reason": TEXT, "context": TEXT,
    },
    "senses": {
        "mention_id": TEXT, "sense": TEXT, "confidence": FLOAT, "runner_up": TEXT, "abstained": BOOL,
        "parent": TEXT, "parent_confidence": FLOAT, "stance": TEXT, "stance_confidence": FLOAT, "topic": INT,
        "topic_label": TEXT, "novel": BOOL, "reviewed": BOOL,
    },
    "machine": {"mention_id": TEXT, "sense": TEXT, "confidence": FLOAT, "runner_up": TEXT, "reviewed": BOOL},
    "held_out": {
        "mention_id": TEXT, "paper_id": TEXT, "surface": TEXT, "label": TEXT, "label_stance": TEXT, "sense": TEXT,
        "confidence": FLOAT, "parent": TEXT, "parent_confidence": FLOAT, "stance": TEXT, "stance_confidence": FLOAT,
    },
    "topics": {
        "topic": INT, "label": TEXT, "sense": TEXT, "parent": TEXT, "n": INT, "terms": LIST, "novel": BOOL,
        "proposed_name": TEXT,
    },
    "sentences": {
        "paper_id": TEXT, "field": TEXT, "start": INT, "end": INT, "role": TEXT, "confidence": FLOAT,
    },
    "entities": {
        "paper_id": TEXT, "field": TEXT, "start": INT, "end": INT, "surface": TEXT, "kind": TEXT, "name": TEXT,
        "confidence": FLOAT,
    },
    "quantities": {
        "paper_id": TEXT, "field": TEXT, "start": INT, "end": INT, "kind": TEXT, "value": FLOAT, "value_to": FLOAT,
        "unit": TEXT, "what": TEXT, "of": TEXT, "versus": TEXT, "url": TEXT, "sentence": TEXT,
    },
    "own_work": {"paper_id": TEXT, "field": TEXT, "start": INT, "end": INT, "surface": TEXT},
    "reviews": {
        "action": TEXT, "paper_id": TEXT, "field": TEXT, "start": INT, "end": INT, "surface": TEXT, "sense": TEXT,
        "to": TEXT, "stance": TEXT, "reviewer": TEXT, "date": TEXT, "note": TEXT, "tags": LIST, "postponed": TEXT,
    },
    "drawn": {"mention_id": TEXT, "place": INT, "of": INT, "probability": FLOAT, "seed": INT, "date": TEXT},
    "comparison": {
        "paper_id": TEXT, "field": TEXT, "start": INT, "end": INT, "surface": TEXT, "state": TEXT,
        "reviewer_a": TEXT, "sense_a": TEXT, "stance_a": TEXT, "note_a": TEXT, "tags_a": LIST,
        "reviewer_b": TEXT, "sense_b": TEXT, "stance_b": TEXT, "note_b": TEXT, "tags_b": LIST,
        "settled": TEXT, "settled_by": TEXT, "sentence": TEXT,
    },
    "evidence": {
        "paper_id": TEXT, "citation": TEXT, "title": TEXT, "sense": TEXT, "confidence": FLOAT, "unsure": BOOL,
        "mentions": INT, "kinds": LIST, "stance": TEXT, "has_it": LIST, "problem": TEXT, "own": TEXT, "methods": LIST,
        "materials": LIST, "metrics": LIST, "result": TEXT, "quantities": LIST, "links": LIST, "corrected": LIST,
        "keep": BOOL, "kinds_name": LIST, "has_it_kind": LIST, "methods_name": LIST, "materials_name": LIST,
        "metrics_name": LIST, "urls": LIST, "mentions_at": LIST, "kinds_at": LIST, "stance_at": LIST,
        "has_it_at": LIST, "problem_at": LIST, "own_at": LIST, "methods_at": LIST, "materials_at": LIST,
        "metrics_at": LIST, "result_at": LIST, "quantities_at": LIST, "links_at": LIST, "as_read": TEXT, "parent": TEXT,
    },
    "corrections": {
        "paper_id": TEXT, "sense": TEXT, "cell": TEXT, "value": LIST, "row": INT,
    },
}  # fmt: skip

Verb = TypeVar("Verb", bound=Callable[..., Any])


def as_frame(table: Any) -> Any:
    """An Arrow table or a polars frame as a pandas DataFrame with our types of columns; anything else as it is.

    Whatever offers the Arrow PyCapsule interface (``__arrow_c_stream__``) counts as a table.
    """
    import pandas as pd

    if isinstance(table, pd.DataFrame | pd.Series) or not hasattr(table, "__arrow_c_stream__"):
        return table
    import pyarrow

    arrow = table if isinstance(table, pyarrow.Table) else pyarrow.table(table)
    made = {}
    for name, column in zip(arrow.column_names, arrow.columns, strict=True):
        kind = column.type
        if pyarrow.types.is_dictionary(kind):  # polars' categories
            column, kind = column.cast(kind.value_type), kind.value_type
        if pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind) or pyarrow.types.is_string_view(kind):
            made[name] = pd.Series(column.cast(pyarrow.large_string()).to_pylist(), dtype="str")
        elif pyarrow.types.is_nested(kind):
            made[name] = pd.Series(column.to_pylist(), dtype="object")
        elif pyarrow.types.is_integer(kind) and column.null_count:
            made[name] = pd.Series(column.to_pylist(), dtype="Int64")
        else:
            made[name] = column.to_pandas()
    return pd.DataFrame(made, index=range(arrow.num_rows))


def takes_frames(verb: Verb) -> Verb:
    """A verb that takes Arrow tables and polars frames wherever it takes a DataFrame; it returns pandas."""

    @wraps(verb)
    def taking(*arguments: Any, **options: Any) -> Any:
        return verb(*map(as_frame, arguments), **{name: as_frame(value) for name, value in options.items()})

    return taking  # type: ignore[return-value]


_DTYPES = {TEXT: "str", LIST: "object", INT: "int64", INT_OR_NA: "Int64", FLOAT: "float64", BOOL: "bool"}
_PIECE = 2048


class Rows:
    """The table called ``name``, growing row by row; ``table`` gives it.

    Every few thousand rows their texts go to Arrow, while they are at hand in the processor's cache: a table of 100 MB
    is never in memory twice, and each row is touched once.
    """

    def __init__(self, name: str) -> None:
        self._name, self._length = name, 0
        self._pending: list[Any] = []
        self._columns: dict[str, list[Any]] = {column: [] for column in SCHEMAS[name]}

    def __len__(self) -> int:
        return self._length

    def add(self, row: Any) -> None:
        """Add a named tuple with the columns of the table as fields, in any order.

        Its texts are ``str``, its lists ``list[str]`` or None for an empty one; they are kept, not copied.
        """
        self._length += 1
        self._pending.append(row)
        if len(self._pending) == _PIECE:
            self._pack()

    def _pack(self) -> None:
        if not self._pending:
            return
        for column, values in zip(self._pending[0]._fields, zip(*self._pending, strict=True), strict=True):
            kind, packed = SCHEMAS[self._name][column], self._columns[column]
            if kind == TEXT:
                packed.append(_arrow_piece(values))
            else:
                packed.extend([[] if value is None else value for value in values] if kind == LIST else values)
        self._pending = []

    def table(self) -> pd.DataFrame:
        """All rows added so far as a table; makes room, so that nothing can be added afterwards."""
        import pandas as pd
        import pyarrow

        self._pack()
        made = {}
        for column, kind in SCHEMAS[self._name].items():
            packed = self._columns.pop(column)
            if kind == TEXT:
                made[column] = pd.Series(pyarrow.chunked_array(packed, pyarrow.large_string()), dtype="str")
            else:
                values = pd.Series(packed, dtype="object")
                made[column] = values if kind == LIST else _coerce(values, kind)
        return pd.DataFrame(made)


def make_table(name: str, rows: Any = ()) -> pd.DataFrame:
    """Build the table called ``name`` from rows (mappings or a DataFrame); absent columns get their empty value.

    Returns a DataFrame with exactly the columns of ``SCHEMAS[name]``, in that order, and a fresh index.
    Raises ``KeyError`` for an unknown table name.
    """
    import pandas as pd

    schema = SCHEMAS[name]
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows), columns=None)
    columns: dict[str, Any] = {}
    for column, kind in schema.items():
        values = frame[column] if column in frame.columns else pd.Series([None] * len(frame), dtype="object")
        columns[column] = _coerce(values.reset_index(drop=True), kind)
    return pd.DataFrame(columns, columns=list(schema))


def _coerce(values: pd.Series, kind: str) -> pd.Series:
    import pandas as pd

    if kind == LIST:
        return pd.Series([_as_list(v) for v in values.tolist()], dtype="object")
    if kind == TEXT and values.dtype == "str" and not values.hasnans:
        return values
    if kind == TEXT and values.dtype == "object" and pd.api.types.infer_dtype(values, skipna=False) == "string":
        return pd.Series(_arrow_text(values.tolist()), dtype="str")
    if kind == TEXT:
        return values.astype("object").where(values.notna(), "").map(str).astype("str")
    if kind == INT_OR_NA:
        return pd.to_numeric(values, errors="coerce").astype("Int64")
    if kind == BOOL:
        return values.astype("object").where(values.notna(), False).astype("bool")
    if kind == FLOAT:
        return values.astype("float64")
    return values.astype("object").where(values.notna(), -1).astype("int64")


def _arrow_text(values: list[str]) -> pyarrow.ChunkedArray:
    """What ``astype("str")`` makes, in a fifth of the time; in pieces, as a single array is copied while it grows."""
    import pyarrow

    return pyarrow.chunked_array([_arrow_piece(values[at : at + _PIECE]) for at in range(0, len(values), _PIECE)])


def _arrow_piece(values: Sequence[str]) -> pyarrow.Array:
    import pyarrow

    # pyarrow's own memory pool fetches huge pages, which take longer to clear than to fill
    return pyarrow.array(values, pyarrow.large_string(), memory_pool=pyarrow.system_memory_pool())


def _as_list(value: Any) -> list[str]:
    if value is None or (isinstance(value, float) and value != value):
        return []
    if isinstance(value, str):
        return [part for part in value.split("; ") if part]
    return list(map(str, value))


def check_table(frame: pd.DataFrame, name: str, *, needs: tuple[str, ...] | None = None) -> None:
    """Raise ``BadInput`` unless ``frame`` has the columns of table ``name`` (or only those in ``needs``)."""
    wanted = needs if needs is not None else tuple(SCHEMAS[name])
    absent = [column for column in wanted if column not in frame.columns]
    if absent:
        raise BadInput(f"the {name} table lacks the column{'s' * (len(absent) > 1)} {', '.join(absent)}")


# --- files -----------------------------------------------------------------------------------------------------------

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


DATA = (".csv", ".jsonl", ".parquet")  # what ``read_table`` reads back
ENDINGS = (*DATA, ".xlsx", ".tex", ".md", ".docx")


def check_ending(path: Path, endings: Sequence[str] = ENDINGS) -> None:
    """Raise ``BadInput`` unless the path ends in one of ``endings``."""
    if path.suffix.lower() not in endings:
        known = " or ".join(filter(None, (", ".join(endings[:-1]), endings[-1])))
        raise BadInput(f"{path}: cannot tell the format from the ending {path.suffix!r}; use {known}")


@takes_frames
def write_table(frame: pd.DataFrame, path: str | os.PathLike[str], *, title: str = "") -> None:
    """Write any table as .csv, .jsonl, .parquet, .xlsx, .tex, .md or .docx, by the path's ending, atomically.

    In CSV a cell that a spreadsheet would run as a formula gets a leading apostrophe (OWASP's advice against CSV
    injection); ``read_table`` takes it off again. For a manuscript (.tex with booktabs, .md, .docx) numbers are rounded
    and ``title`` is the caption; see ``common.documents``. The same table makes the same bytes. Raises ``BadInput`` for
    another ending, an unwritable place, or a table that its format has no room for.
    """
    path = Path(path)
    ending = path.suffix.lower()
    check_ending(path)
    with replacing(path) as temporary:
        if ending not in DATA:
            from analysis.common.documents import WRITERS

            name = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "table"
            try:
                WRITERS[ending](frame, temporary, title, name)
            except BadInput as error:
                raise BadInput(f"{path}: {error}") from error
            return
        if ending == ".csv":
            cells = _for_csv(frame)
            # a lone carriage return ends a row for many readers unless its cell is quoted, which pandas does not see to
            bare = any(cells[c].astype("str").str.contains("\r", regex=False).any() for c in _texts(cells))
            quoting: Literal[0, 1] = csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL
            cells.to_csv(temporary, index=False, lineterminator="\n", quoting=quoting)
        elif ending == ".jsonl":
            frame.to_json(temporary, orient="records", lines=True, force_ascii=False)
        else:
            frame.to_parquet(temporary, index=False)


def write_parts(name: str, parts: Iterable[pd.DataFrame], path: str | os.PathLike[str]) -> int:
    """Write a table of the contract that comes in parts as one .parquet, atomically; returns the number of rows.

    Only one part is in memory at a time. Raises ``BadInput`` for another ending or an unwritable place.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = Path(path)
    check_ending(path, [".parquet"])
    kinds = {TEXT: pa.string(), LIST: pa.list_(pa.string()), FLOAT: pa.float64(), BOOL: pa.bool_()}
    schema = pa.schema([(column, kinds.get(kind, pa.int64())) for column, kind in SCHEMAS[name].items()])
    rows = 0
    with replacing(path) as temporary, pq.ParquetWriter(temporary, schema) as writer:
        for part in parts:
            writer.write_table(pa.Table.from_pandas(part[schema.names], schema, preserve_index=False))
            rows += len(part)
    return rows


def _for_csv(frame: pd.DataFrame) -> pd.DataFrame:
    def cell(value: Any) -> Any:
        if isinstance(value, list):
            value = "; ".join(value)
        if isinstance(value, str) and value.startswith((*_FORMULA_STARTS, "'")):
            return "'" + value
        return value

    return frame.assign(**{c: frame[c].map(cell) for c in _texts(frame)})


def _texts(frame: pd.DataFrame) -> list[str]:
    return [column for column in frame.columns if frame[column].dtype in ("object", "str")]


def read_table(path: str | os.PathLike[str], name: str | None = None) -> pd.DataFrame:
    """Read what ``write_table`` wrote; with ``name`` the columns are brought to that table's types.

    Raises ``BadInput`` when the file is absent, empty or in no known format.
    """
    import pandas as pd

    path = Path(path)
    if not path.is_file():
        raise BadInput(f"{path}: no such file")
    ending = path.suffix.lower()
    try:
        if ending == ".csv":
            frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
            frame = frame.map(lambda v: v[1:] if v[:1] == "'" and v[1:2] in (*_FORMULA_STARTS, "'") else v)
        elif ending == ".jsonl":
            frame = pd.DataFrame([json.loads(line) for line in path.read_text("utf-8").splitlines() if line])
        elif ending == ".parquet":
            frame = pd.read_parquet(path)
        else:
            raise BadInput(f"{path}: cannot read the ending {ending!r}; use .csv, .jsonl or .parquet")
    except (ValueError, OSError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(f"{path}: not a readable table ({str(error).splitlines()[0]})") from error
    if name is None:
        return frame
    if ending == ".csv":
        for column, kind in SCHEMAS[name].items():
            if column in frame.columns and kind in (INT, INT_OR_NA, FLOAT):
                frame[column] = pd.to_numeric(frame[column].replace("", None))
            elif column in frame.columns and kind == BOOL:
                frame[column] = frame[column].str.lower().isin(["true", "1", "yes"])
    return make_table(name, frame)


def check_writable(path: Path, folder: Path) -> None:
    """Raise ``BadInput``, which names ``path``, unless a file can be made in ``folder``; makes the folder."""
    handle, temporary = _file_in(folder, path)
    os.close(handle)
    temporary.unlink()


def cannot_write(path: str | os.PathLike[str], error: Exception) -> BadInput:
    """What to raise where ``path`` could not be written: one line that says why."""
    if isinstance(error, UnicodeEncodeError):
        coding = sys.getfilesystemencoding()
        why = "its name is not UTF-8" if coding == "utf-8" else f"Python takes names for {coding}; set PYTHONUTF8=1"
    else:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return BadInput(f"{path}: cannot be written ({why}); choose another place")


UNFINISHED = ".unfinished"  # in the names of temporary files


def _file_in(folder: Path, path: Path) -> tuple[int, Path]:
    """A new empty file in ``folder``, for what ``path`` will be, and its open handle."""
    try:
        os.fspath(path).encode()  # libraries that write tables take no other name
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{path.stem[:40]}.", suffix=UNFINISHED + path.suffix)
    except (OSError, UnicodeEncodeError) as error:
        raise cannot_write(path, error) from error
    return handle, Path(name)


def _remove_unfinished(path: Path) -> None:
    """Remove the temporary files for ``path`` that no process holds any more: theirs was killed while it wrote."""
    for left in path.parent.glob(f".{escape(path.stem[:40])}.????????{UNFINISHED}{escape(path.suffix)}"):
        with suppress(OSError), left.open("rb") as handle:  # OSError: another run holds it, or has just removed it
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()
            say(f"{path}: removed what an interrupted run left beside it")


class replacing:
    """Context manager: yields a temporary path beside ``path`` and renames it over ``path`` when the block ends well.

    A reader never sees half a file, and a failed run leaves the old one. Raises ``BadInput`` if the file cannot be
    written, also when the disk is full.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def __enter__(self) -> Path:
        self._handle, self._temporary = _file_in(self.path.parent, self.path)
        if fcntl:
            with suppress(OSError):  # some network file systems have no locks
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove_unfinished(self.path)
        else:
            os.close(self._handle)  # Windows would not rename a file that is open
        return self._temporary

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            if error:
                raise error
            umask = os.umask(0)
            os.umask(umask)
            self._temporary.chmod(0o666 & ~umask)
            os.replace(self._temporary, self.path)
        except OSError as fault:
            raise cannot_write(self.path, fault) from fault
        finally:
            self._temporary.unlink(missing_ok=True)
            if fcntl:
                os.close(self._handle)
