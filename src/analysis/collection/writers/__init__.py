"""The table of formats that reference managers read. A new writer is one file beside this one and one entry here."""

from __future__ import annotations

from analysis.collection.writers import bibtex, csl_json, ris

WRITERS = {"ris": ris.write, "bibtex": bibtex.write, "csl-json": csl_json.write}
ENDINGS = {".ris": "ris", ".bib": "bibtex", ".json": "csl-json"}
