"""Files, folders, archives and encodings; and what tries to harm the machine."""

from __future__ import annotations

import gzip
import io
import os
import random
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.collection import Collection, load_papers
from analysis.collection.sources import expand
from analysis.common.errors import BadInput
from analysis.common.tables import read_table, write_table

Load = Callable[..., Collection]

RIS = "TY  - JOUR\nTI  - {}\nAB  - Über die Verzerrung – an abstract\nER  - \n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings(loads: Load, encoding: str) -> None:
    papers = loads(RIS.format("Größe").encode(encoding)).papers
    assert papers[["title", "abstract"]].to_numpy().tolist() == [["Größe", "Über die Verzerrung – an abstract"]]


def test_exports_of_two_encodings_pasted_together(loads: Load) -> None:
    papers = loads(RIS.format("Größe").encode() + RIS.format("Maß").encode("cp1252")).papers
    assert papers["title"].tolist() == ["Größe", "Maß"]


def test_cyrillic_without_a_mark(loads: Load) -> None:
    title = "Предвзятость больших языковых моделей и способы её измерения на русском языке"
    assert loads(RIS.format(title).replace("Über die Verzerrung – an", "").encode("cp1251")).papers[
        "title"
    ].tolist() == [title]


def test_folders_globs_and_archives_in_one_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "a.ris").write_text(RIS.format("A"))
    (tmp_path / "in" / "deep" / "b.ris.gz").write_bytes(gzip.compress(RIS.format("B").encode()))
    (tmp_path / "in" / ".hidden.ris").write_text(RIS.format("hidden"))
    (tmp_path / "in" / "readme.md").write_text("# nothing to see")
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("x/c.bib", "@misc{c, title={C}}")
        archive.writestr("x/d.ris.gz", gzip.compress(RIS.format("D").encode()))
    papers, audit, _ = load_papers("in", "*.zip", "in/a.ris", keep_duplicates=True)
    assert papers["title"].tolist() == ["A", "B", "C", "D"]
    assert papers["source"].tolist() == ["in/a.ris", "in/deep/b.ris.gz", "c.zip::x/c.bib", "c.zip::x/d.ris.gz"]
    others = audit[audit["status"] == "not a record"]
    assert others["source"].tolist() == ["in/readme.md", "in/a.ris"]
    assert others["reason"].iloc[0].startswith("not an export of papers")
    assert others["reason"].iloc[1] == "the same file was read as in/a.ris"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_a_file_whose_name_is_not_utf_8(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/f\xf6lder"
    os.mkdir(folder)
    for name, title in ((b"M\xfcller.ris", "A"), ("Größe.ris".encode(), "B")):
        with open(folder + b"/" + name, "w") as file:
            file.write(f"TY  - JOUR\nTI  - {title}\nER  - \n")
    papers, audit, _ = load_papers(os.fsdecode(folder), os.fsdecode(folder + b"/M\xfcller.ris"))
    assert papers["source"].tolist() == [f"{tmp_path}/földer/Größe.ris", f"{tmp_path}/földer/Müller.ris"]
    assert audit["status"].tolist() == ["kept", "kept", "not a record"]
    for ending in ("csv", "jsonl", "parquet"):
        write_table(audit, tmp_path / f"audit.{ending}")
        assert read_table(tmp_path / f"audit.{ending}", "audit")["source"].tolist() == audit["source"].tolist()


def named(changed: bytes, *, times: int, version: int = 20) -> bytes:
    """An archive whose member "ü.ris" has ``changed`` in place of the ü, in all ``times`` names of its two."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("ü.ris", RIS.format("A"))
    listed = made.getvalue().replace("ü".encode(), changed, times)
    return listed.replace(b"PK\x01\x02\x14\x03\x14\x00", b"PK\x01\x02\x14\x03" + bytes([version, 0]))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("name_of_member.zip", named(b"\xc3\xfc", times=1), "no readable record in any file"),
        ("names_of_member.zip", named(b"\xc3\xfc", times=2), "not a whole zip archive"),
        ("newer.zip", named("ü".encode(), times=0, version=99), "not a whole zip archive (zip file version 9.9)"),
        ("empty.ris", b"", "empty file"),
        ("blank.csv", b"\xef\xbb\xbf \n\n", "empty file"),
        ("picture.ris", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), "binary file"),
        ("prose.txt", b"Dear reader, this is a letter.\n", "not an export of papers"),
        ("cut.gz", gzip.compress(b"TY  - JOUR\nTI  - A\nER  - \n" * 9, mtime=0)[:-12], "damaged or cut short"),
        ("cut.zip", b"PK\x03\x04" + bytes(50), "zip"),
        ("damaged.parquet", b"PAR1" + bytes(50), "Parquet"),
        ("header_only.csv", b"title,abstract\n", "no readable record"),
        (
            "empty.json",
            b"[{}, null]",
            "no readable record in this file (2 unreadable; the first: no title and no abstract",
        ),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(
    loads: Load, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    with pytest.raises(BadInput) as caught:
        loads(content, name)
    message = str(caught.value)
    assert says in message and message.startswith(str(tmp_path / name)) and "\n" not in message


def test_a_member_that_cannot_be_opened_is_damaged(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("first.ris", RIS.format("A"))
        archive.writestr("second.ris", RIS.format("B"))
    begins = whole.getvalue().rfind(b"PK\x03\x04")
    (tmp_path / "x.zip").write_bytes(whole.getvalue()[:begins] + b"PK\x03\x05" + whole.getvalue()[begins + 4 :])
    _, second = expand(tmp_path / "x.zip")
    with pytest.raises(BadInput, match=r"x\.zip::second\.ris: damaged or cut short"):
        second.open()


def test_a_gzip_file_may_have_several_members_and_padding(loads: Load) -> None:
    line = '{{"id": "{0}", "title": "{0}"}}\n'
    members = [gzip.compress(line.format(name).encode()) for name in "abc"]
    papers = loads(members[0] + members[1] + bytes(5_000_000) + members[2] + bytes(512), "x.jsonl.gz").papers
    assert papers["title"].tolist() == ["a", "b", "c"]


def test_a_gzip_file_that_breaks_off_after_its_first_records_is_damaged(loads: Load) -> None:
    noise = random.Random(0)
    content = "".join(f'{{"id": "{i}", "title": "{noise.randbytes(500).hex()}"}}\n' for i in range(9_000)).encode()
    with pytest.raises(BadInput, match="damaged or cut short"):
        loads(gzip.compress(content)[:-1_000], "x.jsonl.gz")


def test_missing_paths(tmp_path: Path) -> None:
    for path in (tmp_path / "no.ris", f"{tmp_path}/*.none"):
        with pytest.raises(BadInput, match="no"):
            load_papers(path)
    with pytest.raises(BadInput, match="no file in this folder"):
        load_papers(tmp_path)


def test_bombs_are_refused_and_cost_little(tmp_path: Path) -> None:
    zeros = b" " * 300_000_000
    (tmp_path / "bomb.ris.gz").write_bytes(gzip.compress(b"TY  - JOUR\nTI  - A\nAB  - " + zeros))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.ris", zeros)
    for name in ("bomb.ris.gz", "bomb.zip"):
        with pytest.raises(BadInput, match="bomb") as caught:
            load_papers(tmp_path / name)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("member", ["../../outside.ris", "/etc/outside.ris", "C:\\outside.ris", "a/../../b.ris"])
def test_members_that_point_outside_are_refused(tmp_path: Path, member: str) -> None:
    with zipfile.ZipFile(tmp_path / "trick.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(member), RIS.format("A"))
    with pytest.raises(BadInput, match="outside"):
        load_papers(tmp_path / "trick.zip")
    assert os.listdir(tmp_path) == ["trick.zip"]


HUGE = "a" * 100_000_000


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("x.ris", "TY  - JOUR\nTI  - T\nAB  - ", "\nER  - \n"),
        ("x.bib", "@misc{k, title={T}, abstract={", "}}"),
        ("x.csv", 'title,abstract\nT,"', '"\n'),
        ("x.jsonl", '{"title": "T", "abstract": "', '"}\n'),
        ("x.json", '[{"title": "T", "abstract": "', '"}]'),
        (
            "x.xml",
            "<xml><records><record><titles><title>T</title></titles><abstract>",
            "</abstract></record></records></xml>",
        ),
        ("x.nbib", "PMID- 1\nTI  - T\nAB  - ", "\n"),
    ],
)
def test_a_field_of_100_mb_is_refused_and_the_rest_is_kept(loads: Load, name: str, before: str, after: str) -> None:
    with pytest.raises(BadInput) as caught:
        loads(before + HUGE + after, name)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500
