"""The wheel carries the collection, inventory, heads and notebooks, and works far from the repository."""

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ROOT]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    (wheel,) = folder.glob("bias_senses-*.whl")
    assert wheel.stat().st_size < 40e6, "the wheel grew"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_notebooks_are_inside_and_no_study_beside_them(unpacked):
    inside = {path.name for path in (unpacked / "analysis" / "bundled" / "notebooks").iterdir()}
    assert inside == {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}


def test_the_command_runs_on_the_bundled_collection_in_an_empty_folder(unpacked, tmp_path):
    code = "import sys; from analysis.cli import main; import analysis; print(analysis.__file__); sys.exit(main())"
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "BIAS_SENSES_QUIET": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, "senses", "--out", "senses.csv"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert str(unpacked) in done.stdout.splitlines()[0], "the wheel's own code must have run"
    assert "85 rows" in done.stdout


@pytest.mark.parametrize(
    "name",
    ["data/raw/hugging_face_papers_bias.txt", "data/senses.yaml", "data/kernel.yaml", "data/attention.yaml",
     "data/annotations/representation.csv", "data/models/sense_head.safetensors", "notebooks/report.ipynb",
     "data/annotations/training.safetensors"],
)  # fmt: skip
def test_what_reports_need_is_inside(unpacked, name):
    assert (unpacked / "analysis" / "bundled" / name).read_bytes() == (ROOT / name).read_bytes()


def test_nothing_large_is_inside_twice(unpacked):
    large = [path for path in unpacked.rglob("*") if path.is_file() and path.stat().st_size > 100_000]
    assert len(large) > 5
    contents = [hashlib.sha256(path.read_bytes()).hexdigest() for path in large]
    assert len(contents) == len(set(contents))
