"""The command line: exit codes and one line for whatever cannot be used."""

import json
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec

import pandas as pd
import pytest
from small_study import MENTIONS, PAPERS, make_study, write_notebook

from analysis.cli import main
from analysis.common.tables import read_table


def call(capsys, *arguments):
    try:
        code = main([str(a) for a in arguments])
    except SystemExit as stop:
        code = stop.code
    out, err = capsys.readouterr()
    return code, out, err


def one_clear_line(err, *words):
    assert err.startswith("bias-senses: ") and err.count("\n") == 1, err
    assert "Traceback" not in err
    for word in words:
        assert word in err, err


@pytest.fixture
def papers(tmp_path):
    path = tmp_path / "papers.jsonl"
    path.write_text(
        '{"id": "1", "title": "Inductive bias of trees", "abstract": "We study the inductive bias of trees."}\n'
        '{"id": "2", "title": "A gender study", "abstract": "Gender bias in word embeddings is measured here, too."}\n',
        "utf-8",
    )
    return path


def test_a_missing_file(capsys, tmp_path):
    code, _, err = call(capsys, "mentions", tmp_path / "nowhere.ris", "--out", tmp_path / "m.csv")
    assert code == 2
    one_clear_line(err, "nowhere.ris", "no such file")


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.bib", b""), ("binary.ris", bytes(range(256)) * 40), ("letter.txt", b"Dear all,\nsee you on Monday.\n")],
)
def test_a_file_that_is_no_bibliography(capsys, tmp_path, name, content):
    source = tmp_path / name
    source.write_bytes(content)
    code, _, err = call(capsys, "load", source, "--out", tmp_path / "p.csv")
    assert code == 2
    one_clear_line(err, name)
    assert not (tmp_path / "p.csv").exists()


def test_an_output_whose_format_is_unknown_is_refused_before_any_work(capsys, tmp_path):
    code, _, err = call(capsys, "senses", tmp_path / "nowhere.ris", "--out", tmp_path / "m.pdf")
    assert code == 2
    one_clear_line(err, ".pdf", ".parquet", ".docx")
    for command in (["review"], ["load", "--duplicates", tmp_path / "d.xlsx"]):  # what comes back is read again
        code, _, err = call(capsys, *command, tmp_path / "nowhere.ris", "--out", tmp_path / "m.xlsx")
        assert code == 2
        one_clear_line(err, ".xlsx", "use .csv, .jsonl or .parquet")
    code, _, err = call(capsys, "export", tmp_path / "nowhere.ris", "--format", "apa", "--out", tmp_path / "m.pdf")
    assert code == 2
    one_clear_line(err, "bias-senses[references]" if find_spec("citeproc") is None else "use .md, .txt or .docx")


@pytest.mark.parametrize("ending", ["xlsx", "tex", "md", "docx"])
def test_a_table_is_written_in_the_format_of_its_ending(capsys, tmp_path, papers, ending):
    out = tmp_path / f"papers.{ending}"
    code, told, err = call(capsys, "load", papers, "--out", out, "--audit", tmp_path / f"audit.{ending}")
    assert (code, err) == (0, "") and str(out) in told
    assert out.read_bytes().startswith({"xlsx": b"PK", "docx": b"PK", "tex": b"% In the", "md": b"| paper id"}[ending])
    assert (tmp_path / f"audit.{ending}").stat().st_size


def test_an_output_folder_that_cannot_be_written(capsys, tmp_path, papers):
    (tmp_path / "taken").write_text("a file where a folder should be")
    code, _, err = call(capsys, "mentions", papers, "--out", tmp_path / "taken" / "m.csv")
    assert code == 2
    one_clear_line(err, str(tmp_path / "taken" / "m.csv"), "cannot be written")
    code, _, err = call(capsys, "report", papers, "--out", tmp_path / "taken" / "reports")
    assert code == 2
    one_clear_line(err, str(tmp_path / "taken" / "reports:").removesuffix(":"), "cannot be written")
    assert ".probe" not in err


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_read_only_folder(capsys, tmp_path, papers):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    code, _, err = call(capsys, "report", papers, "--out", locked / "reports")
    assert code == 2
    one_clear_line(err, "cannot be written")


@pytest.mark.parametrize("module", ["analysis", "analysis.cli"])
def test_python_m_is_the_command_line_too(module, tmp_path):
    def run(*arguments):
        call = [sys.executable, "-m", module, *arguments]
        return subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert run("--version").stdout.startswith("bias-senses ")
    failed = run("load", "nowhere.ris", "--out", "p.csv")
    assert failed.returncode == 2
    one_clear_line(failed.stderr, "nowhere.ris")


def test_a_wrong_call(capsys):
    code, _, err = call(capsys, "senses")
    assert code == 2
    assert "--out" in err


def test_mentions_are_written(capsys, tmp_path, papers):
    code, out, _ = call(capsys, "mentions", papers, "--out", tmp_path / "m.csv")
    assert code == 0
    assert out == f"3 rows: {tmp_path / 'm.csv'}\n"
    rows = pd.read_csv(tmp_path / "m.csv", dtype=str)
    assert rows["mention_id"].tolist() == ["1#title:10", "1#abstract:23", "2#abstract:7"]
    assert rows[["raw_start", "raw_end"]].values.tolist() == [["10", "14"], ["23", "27"], ["7", "11"]]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_mentions_have_their_places_in_the_users_own_file(capsys, tmp_path, ending):
    own = {"title": " Sampling <i>bias</i>", "abstract": "Bias &lt; 5 %, \u00a9 2020 Elsevier bias Ltd.", "note": "x"}
    (tmp_path / "p.json").write_text(json.dumps([own]), "utf-8")
    out = tmp_path / f"m.{ending}"
    assert call(capsys, "mentions", tmp_path / "p.json", "--out", out)[0] == 0
    rows = read_table(out, "mentions")
    assert [own[row.field][row.raw_start : row.raw_end] for row in rows.itertuples()] == ["bias", "Bias"]
    assert rows[["start", "raw_start"]].values.tolist() == [[9, 13], [0, 0]]


def test_sentences_entities_and_quantities_are_of_papers_with_the_term_unless_all(capsys, tmp_path):
    source = tmp_path / "p.jsonl"
    rows = [
        {"id": "a", "title": "Debiasing", "abstract": "We cut gender bias by 12%. See https://example.org/a."},
        {"id": "b", "title": "Trees", "abstract": "Trees are 3 times faster than forests."},
    ]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    found = {}
    for table in ("sentences", "entities", "quantities"):
        for name, options in (("some", ()), ("all", ("--all",))):
            out = tmp_path / f"{table}-{name}.csv"
            code, said, _ = call(capsys, table, source, *options, "--out", out)
            found[table, name] = read_table(out, table)
            assert (code, said) == (0, f"{len(found[table, name]):,} rows: {out}\n")
    assert set(found["sentences", "some"]["paper_id"]) == {"a"}
    assert found["sentences", "all"].groupby("paper_id").size().to_dict() == {"a": 2, "b": 1}
    assert found["quantities", "some"]["value"].dropna().tolist() == [12.0]
    assert found["quantities", "some"]["url"].tolist() == ["", "https://example.org/a"]
    assert found["quantities", "all"]["paper_id"].tolist() == ["a", "a", "b"]
    texts = {row["id"]: row for row in rows}
    for row in found["entities", "all"].to_dict("records"):
        assert texts[row["paper_id"]][row["field"]][row["start"] : row["end"]] == row["surface"]


def test_the_last_line_says_what_could_not_be_read(capsys, tmp_path):
    source = tmp_path / "x.bib"
    source.write_text("@misc{a, title={A bias}}\n@Conference paper{b}\n@Conference paper{c}\n")
    code, out, _ = call(capsys, "mentions", source, "--out", tmp_path / "m.csv")
    assert (code, out) == (
        0, f"1 row: {tmp_path / 'm.csv'}; 2 records could not be read: load --audit FILE lists them\n"
    )  # fmt: skip
    code, out, _ = call(capsys, "load", source, "--out", tmp_path / "p.csv")
    assert (code, out) == (0, f"1 kept, 2 unreadable: {tmp_path / 'p.csv'}\n")


def test_a_term_that_is_nowhere_leaves_only_the_header(capsys, tmp_path, papers):
    code, out, _ = call(capsys, "senses", papers, "--term", "zeugma", "--out", tmp_path / "s.csv")
    assert code == 0
    assert "no mention of 'zeugma' in 2 papers" in out
    lines = (tmp_path / "s.csv").read_text("utf-8").splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("mention_id,sense,confidence")
    assert lines[0].endswith("start,end,raw_start,raw_end,surface,sentence")


def test_a_term_without_letters(capsys, tmp_path, papers):
    code, _, err = call(capsys, "mentions", papers, "--term", "...", "--out", tmp_path / "m.csv")
    assert code == 2
    one_clear_line(err, "term")


def test_fetch_needs_a_query_or_ids(capsys, tmp_path):
    code, _, err = call(capsys, "fetch", "arxiv", "--out", tmp_path / "p.jsonl")
    assert code == 2
    one_clear_line(err, "QUERY", "--ids")


def test_a_fault_of_ours_is_one_line_and_exit_code_1(capsys, tmp_path, papers, monkeypatch):
    import analysis.mentions.find

    def broken(*_args, **_options):
        raise RuntimeError("gears\ngrind")

    monkeypatch.setattr(analysis.mentions.find, "find_mentions", broken)
    code, _, err = call(capsys, "mentions", papers, "--out", tmp_path / "m.csv")
    assert code == 1
    one_clear_line(err, "fault of ours", "gears grind")


def test_a_report_says_how_many_papers_have_a_mention(capsys, tmp_path, monkeypatch):
    import analysis.report

    third = {"paper_id": "p3", "title": "Nothing here", "abstract": ""}
    study = make_study(tmp_path / "s.study", [*PAPERS, third], MENTIONS)
    capsys.readouterr()  # what making the study said
    monkeypatch.setattr("analysis.commands._open", lambda chosen: study)
    monkeypatch.setattr(analysis.report, "render_report", lambda *_, **__: "index.html")
    code, out, err = call(capsys, "report", "--out", tmp_path / "reports")
    assert (code, out) == (0, "5 mentions in 2 of 3 papers: index.html\n")
    assert err == "bias-senses: report done in 0 s\n"  # no terminal: a line for the log


def test_a_report_with_a_part_that_failed_is_one_line_and_exit_code_1(capsys, tmp_path, monkeypatch):
    study = make_study(tmp_path / "s.study", PAPERS, MENTIONS)
    notebook = write_notebook(tmp_path, "mine", ("markdown", "# Mine"), "{}['absent']", "absent")
    monkeypatch.setattr("analysis.commands._open", lambda chosen: study)
    monkeypatch.setenv("BIAS_SENSES_QUIET", "1")
    capsys.readouterr()
    code, out, err = call(capsys, "report", "--out", tmp_path / "reports", "--notebook", notebook)
    assert (code, out) == (1, "")
    one_clear_line(err, "mine.ipynb, cell 3: KeyError: 'absent' and 1 more", str(study.folder / "report.log"))
    assert (tmp_path / "reports" / "index.html").is_file()


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_an_interrupted_report_ends_its_kernels_and_says_one_line(tmp_path):
    study = make_study(tmp_path / "s.study", PAPERS, MENTIONS)
    pid = tmp_path / "pid"
    waits = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    notebook = write_notebook(tmp_path, "mine", waits)
    code = (
        "import sys, analysis.cli as cli, analysis.commands as commands\nfrom analysis import read_study\n"
        f"commands._open = lambda chosen: read_study({str(study.folder)!r})\nsys.exit(cli.main(sys.argv[1:]))"
    )
    call = [sys.executable, "-c", code, "report", "--out", str(tmp_path / "reports"), "--notebook", str(notebook)]
    run = subprocess.Popen(
        call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # in the background it is ignored
    )  # fmt: skip
    until = time.monotonic() + 60
    while not (pid.is_file() and pid.read_text()) and time.monotonic() < until:
        time.sleep(0.1)
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does
    out, err = run.communicate(timeout=60)
    assert (run.returncode, out) == (130, "")
    one_clear_line(err, "interrupted")
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_interrupted(capsys, tmp_path, papers, monkeypatch):
    import analysis.mentions.find

    def stopped(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(analysis.mentions.find, "find_mentions", stopped)
    code, _, err = call(capsys, "mentions", papers, "--out", tmp_path / "m.csv")
    assert code == 130
    one_clear_line(err, "interrupted")
