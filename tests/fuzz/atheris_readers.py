"""Readers under atheris, which looks for inputs that reach code no input reached before; it runs until it is stopped.

Install atheris beside the project, then ``python tests/fuzz/atheris_readers.py x.bib FOLDER -max_total_time=600``:
a name of ``hostile.FORMATS``, a folder for what it finds worth keeping, and options of libFuzzer.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

try:
    import atheris
except ModuleNotFoundError:
    sys.exit("atheris is not installed: pip install atheris (Linux and macOS)")

with atheris.instrument_imports(include=["analysis.collection"]):
    from analysis.collection import load_papers
from hostile import FORMATS

from analysis.common.errors import BadInput


def main(name: str, kept: str, *options: str) -> None:
    """Fuzz the reader of the format ``name``, from a sound file on; what is neither read nor refused ends it."""
    Path(kept).mkdir(parents=True, exist_ok=True)
    Path(kept, "sound").write_bytes(FORMATS[name](["We study bias."]))
    with TemporaryDirectory() as folder:
        path = Path(folder) / name

        def one(data: bytes) -> None:
            path.write_bytes(data)
            try:
                load_papers(path)
            except BadInput as refusal:
                assert "\n" not in str(refusal)

        one(Path(kept, "sound").read_bytes())  # what is loaded once is no input's time
        atheris.Setup([sys.argv[0], kept, *options], one)
        atheris.Fuzz()


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in FORMATS:
        sys.exit(f"usage: {sys.argv[0]} FORMAT FOLDER [OPTIONS]; FORMAT is one of {', '.join(FORMATS)}")
    main(*sys.argv[1:])
