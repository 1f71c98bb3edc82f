"""Notebooks run in this interpreter, with checked parameters, once."""

import sys
import time
from pathlib import Path

import nbformat
import pytest

from analysis.common.errors import BadInput
from analysis.report.execute import execute_notebooks, read_notebook, set_parameters
from analysis.report.failures import failures_of


def outputs(node):
    return [o.get("text") or o["data"]["text/plain"] for c in node.cells for o in c.get("outputs", [])]


def test_notebooks_run_here_with_their_parameters_and_only_once(notebook, tmp_path):
    count = tmp_path / "count"
    run = f"open({str(count)!r}, 'a').write('x'); print(TERM, SOURCES, N)"
    parameters = 'SOURCES = ()  # ä files\nTERM = "bias"  # the word\nN: int = 1'
    first = notebook("a", "import sys; print(sys.executable)", run, parameters=parameters)
    second = notebook("b", run, "object()", parameters=parameters)
    told = {"SOURCES": ["x.csv"], "TERM": 'a "b"', "N": 3}

    nodes = execute_notebooks([first, second], told, cache=tmp_path / "kept")
    assert outputs(nodes[0]) == [f"{sys.executable}\n", "a \"b\" ['x.csv'] 3\n"]
    assert outputs(nodes[1])[1] == "<object>"  # no address: it would differ each time
    assert nodes[0].cells[0].source == "SOURCES = ['x.csv']  # ä files\nTERM = 'a \"b\"'  # the word\nN: int = 3"
    assert count.read_text() == "xx"

    again = execute_notebooks([first, second], told, cache=tmp_path / "kept")
    assert [outputs(node) for node in again] == [outputs(node) for node in nodes]
    assert count.read_text() == "xx"

    execute_notebooks([first], told, cache=tmp_path / "kept", fingerprint="another study")
    assert count.read_text() == "xxx"
    assert sorted(p.name[:2] for p in (tmp_path / "kept").iterdir()) == ["a-", "b-"]  # outdated ones are gone


def test_paths_of_this_machine_do_not_reach_the_page(notebook, tmp_path):
    path = notebook("a", "print(STUDY)")
    node = execute_notebooks([path], {"STUDY": tmp_path / "deep" / "bias.study"}, cache=tmp_path / "kept")[0]
    assert outputs(node) == ["bias.study\n"]
    assert str(tmp_path) not in node.cells[0].source


def test_a_cell_that_fails_keeps_no_other_from_running_and_is_run_again(notebook, tmp_path):
    count = tmp_path / "count"
    path = notebook("mine", ("markdown", "text"), "1 + 1", "{}['absent']\n", f"open({str(count)!r}, 'a').write('x')")
    for ran in ("x", "xx"):
        (node,) = execute_notebooks([path], {}, cache=tmp_path / "kept")
        (failure,) = failures_of([node], [path])
        assert (failure.place, failure.error) == ("mine.ipynb, cell 4", "KeyError: 'absent'")
        assert failure.trace.splitlines()[-1] == "KeyError: 'absent'" and "\x1b" not in failure.trace
        assert count.read_text() == ran


def test_an_error_that_is_meant_is_no_failure(notebook, tmp_path):
    path = notebook("mine", "1 / 0")
    node = nbformat.read(path, as_version=4)
    node.cells[1].metadata["tags"] = ["raises-exception"]
    nbformat.write(node, path)
    (node,) = execute_notebooks([path], {}, cache=tmp_path / "kept")
    assert not list(failures_of([node], [path])) and len(list((tmp_path / "kept").iterdir())) == 1


def test_a_kernel_that_dies_is_the_failure_of_its_cell_and_says_nothing_here(notebook, tmp_path, capfd):
    path = notebook("mine", "1 + 1", "import os; os.write(2, b'last words'); os._exit(3)", "print('never')")
    (node,) = execute_notebooks([path], {}, cache=tmp_path / "kept")
    (failure,) = failures_of([node], [path])
    assert (failure.place, failure.error) == ("mine.ipynb, cell 3", "KernelEnded: perhaps for want of memory")
    assert failure.trace.splitlines()[-1] == "last words"
    assert capfd.readouterr() == ("", "")


def test_a_kernel_whose_port_was_taken_meanwhile_starts_again(notebook, tmp_path, monkeypatch):
    starts, interpreter = tmp_path / "starts", tmp_path / "python"
    interpreter.write_text(
        f"""#!/bin/sh
        echo start >> {starts}
        if [ $(wc -l < {starts}) = 1 ]; then echo "zmq.error.ZMQError: Address already in use" >&2; exit 1; fi
        exec {sys.executable} "$@"
        """
    )
    interpreter.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(interpreter))
    (node,) = execute_notebooks([notebook("a", "print(1)")], {}, cache=tmp_path / "kept")
    assert outputs(node) == ["1\n"]
    assert starts.read_text().split() == ["start", "start"]


def test_notebooks_that_only_ask_share_kernels_and_know_nothing_of_each_other(notebook, tmp_path):
    paths = [notebook(name, "found", "found = 1\nfound") for name in "abc"]  # three, so that two share one
    done = []
    nodes = execute_notebooks(paths, {}, cache=tmp_path / "kept", then=lambda number, node: done.append(number))
    assert [failure.error for failure in failures_of(nodes, paths)] == ["NameError: name 'found' is not defined"] * 3
    assert [output["data"]["text/plain"] for node in nodes for output in node.cells[-1].outputs] == ["1"] * 3
    assert sorted(done) == [0, 1, 2]


def test_what_fails_meanwhile_ends_the_kernels(notebook, tmp_path):
    began, ended = tmp_path / "began", tmp_path / "ended"
    code = f"import time; open({str(began)!r}, 'w'); time.sleep(60); open({str(ended)!r}, 'w')"

    def fail():
        while not began.exists():
            time.sleep(0.05)
        raise BadInput("no room")

    start = time.monotonic()
    with pytest.raises(BadInput, match="no room"):
        execute_notebooks([notebook("a", code)], {}, cache=tmp_path / "kept", meanwhile=fail)
    assert time.monotonic() - start < 50 and not ended.exists()


@pytest.mark.parametrize(
    ("parameters", "told", "message"),
    [
        (None, {"TERMS": "x"}, "no parameter TERMS; it has SOURCES, TERM, STUDY"),
        ("", {"TERM": "x"}, "no code cell carries the tag 'parameters'; add one that assigns TERM"),
        ("TERM = ", {"TERM": "x"}, "the parameters cell is no valid Python (line 1: invalid syntax)"),
        (None, {"TERM": object()}, "parameter TERM must be text, a number, true or false, none, or a list"),
    ],
)
def test_parameters_that_do_not_fit_are_named(notebook, parameters, told, message):
    path = notebook("mine", parameters=parameters)
    with pytest.raises(BadInput) as caught:
        set_parameters(read_notebook(path), told, path)
    assert str(caught.value) == f"{path}: {message}"


@pytest.mark.parametrize(("content", "message"), [(None, "no such notebook"), ("{]", "not a readable notebook")])
def test_files_that_are_no_notebooks_are_named(tmp_path: Path, content, message):
    path = tmp_path / "x.ipynb"
    if content:
        path.write_text(content)
    with pytest.raises(BadInput, match=message):
        read_notebook(path)
