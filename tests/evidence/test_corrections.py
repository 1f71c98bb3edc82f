"""A corrected evidence table changes the cells that a person changed, and no other."""

import csv
import hashlib

import pandas as pd
import pytest
from evidence_tables import FAIR, ORDER, RESULT, Paper, fair_tables, tables
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from analysis.common.errors import BadInput
from analysis.common.hashes import file_hash
from analysis.evidence.corrections import CELLS, as_read, check_replaceable, read_changes, read_corrections
from analysis.findings.corrected import correct_evidence
from analysis.findings.evidence_table import EMPTY, evidence
from analysis.inventory.inventory import Inventory, Sense, Stance
from analysis.report.evidence_files import write_evidence

INVENTORY = Inventory(
    "bias",
    (
        Sense("inductive", "Inductive", ""),
        Sense("social", "Social", "", aliases=("unfair",)),
        Sense("data", "Data", ""),
    ),
    stances={name: Stance(name, "") for name in ("mitigate", "measure", "exploit")},
)
PAPERS = pd.DataFrame([FAIR.about])


def machine(found=None):
    return evidence(**(found or fair_tables()), order=ORDER)


def corrected(path, table=None):
    """The table after the corrections in ``path``."""
    found = read_corrections(path, paper_ids={"2502.10010"}, inventory=INVENTORY)
    return correct_evidence(machine() if table is None else table, found, PAPERS)


def change(path, row, **cells):
    """Change cells of a row (2 is the first) as a person would, and save the file."""
    if path.suffix == ".xlsx":
        workbook = load_workbook(path)
        sheet = workbook.active
        columns = {cell.value: cell.column for cell in sheet[1]}
        for name, value in cells.items():
            sheet.cell(row, columns[name]).value = value
        workbook.save(path)
        return
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for name, value in cells.items():
        rows[row - 1][rows[0].index(name)] = value
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(rows)


@pytest.fixture(params=["csv", "xlsx"])
def exported(tmp_path, request):
    """Rows 2 (inductive) and 3 (social) of the paper, as a file."""
    path = tmp_path / f"evidence.{request.param}"
    write_evidence(machine(), path)
    return path


def test_a_file_that_nobody_changed_corrects_nothing(exported):
    assert read_changes(exported) == []
    pd.testing.assert_frame_equal(corrected(exported), machine())


def test_exactly_the_changed_cells_are_honoured(exported):
    change(exported, 3, own="FairTune v2", methods="BERT; a bias term; my own")
    table = corrected(exported)
    before, after = (t[t["sense"] == "social"].iloc[0].to_dict() for t in (machine(), table))
    wanted = {
        "corrected": ["own", "methods"], "own": "FairTune v2", "own_at": [""],
        "methods": ["BERT", "a bias term", "my own"], "methods_name": ["BERT", "a bias term", "my own"],
        "methods_at": ["abstract:124-128", "abstract:146-157", ""],
    }  # fmt: skip
    assert {column for column in before if before[column] != after[column]} == set(wanted)
    assert {column: after[column] for column in wanted} == wanted
    others = [t[t["sense"] == "inductive"].iloc[0].to_dict() for t in (machine(), table)]
    assert others[0] == others[1]


def test_an_old_export_never_holds_back_a_newer_reading(exported):
    """The machine reads another result meanwhile; the person had changed another cell only."""
    change(exported, 3, own="Mine")
    found = fair_tables()
    found["sentences"] = found["sentences"][found["sentences"]["start"] != FAIR.place(RESULT)["start"]]
    table = corrected(exported, machine(found))
    assert table["result"].tolist() == ["The F1 score is 0.81."] * 2
    assert table["own"].tolist() == ["FairTune", "Mine"]


def test_a_cell_may_be_emptied(exported):
    change(exported, 3, own="", metrics=None if exported.suffix == ".xlsx" else " ", stance="")
    row = corrected(exported).iloc[1]
    assert (row["own"], row["own_at"], row["metrics"], row["metrics_at"], row["stance"]) == ("", [], [], [], "")
    assert row["corrected"] == ["stance", "own", "metrics"]


def test_a_corrected_sentence_is_found_again_in_the_paper(exported):
    change(exported, 3, result="The F1  score\nis 0.81.", problem="ever", has_it="BERT; me")
    row = corrected(exported).iloc[1]
    assert (row["result"], row["result_at"]) == ("The F1 score is 0.81.", ["abstract:219-240"])
    assert (row["problem"], row["problem_at"]) == ("ever", [""])  # stands in "everywhere", but not as a word
    assert (row["has_it_at"], row["has_it_kind"]) == (["abstract:124-128", ""], ["", ""])


def test_a_dropped_row_is_marked_and_an_absent_one_is_not(exported):
    change(exported, 2, keep="No ")
    assert corrected(exported)["keep"].tolist() == [False, True]
    write_evidence(machine().head(1), exported)
    assert corrected(exported)["keep"].tolist() == [True, True]


def test_what_was_corrected_is_still_corrected_after_the_next_export(exported):
    change(exported, 2, keep="no")
    change(exported, 3, own="Mine", stance="measure")
    once = corrected(exported)
    again = exported.with_name(f"again{exported.suffix}")
    write_evidence(once, again)
    pd.testing.assert_frame_equal(corrected(again), once)
    assert once.iloc[1]["corrected"] == ["stance", "own"]


def test_rows_and_columns_may_be_sorted_and_taken_out(exported, tmp_path):
    frame = pd.read_csv(exported) if exported.suffix == ".csv" else pd.read_excel(exported)
    frame = frame.iloc[::-1][["as_read", "own", "result", "paper_id"]].assign(note="mine")
    frame.loc[frame.index[0], "own"] = "Mine"
    frame.to_csv(tmp_path / "sorted.csv", index=False)
    assert [(c.row, c.sense, c.cell, c.value) for c in read_changes(tmp_path / "sorted.csv")] == [
        (2, "social", "own", ["Mine"])
    ]


def test_what_spreadsheets_do_by_themselves_is_no_change(tmp_path):
    """Excel rewrites cells that look like numbers or booleans, adds blanks and other line breaks; ids lose a nought."""
    paper = Paper("2502.10010", "Bias", "Bias is TRUE. It is 0.50 or 1,204 or 1e5.\nSo it is.")
    found = tables(
        [paper.mention("Bias", "social")],
        [paper.sentence("It is 0.50 or 1,204 or 1e5.\nSo it is.", "result")],
        [paper.entity("TRUE", "method"), paper.entity("1e5", "material")],
        [paper.quantity("1,204")],
        own_work=[paper.own("0.50")],
    )
    path = tmp_path / "evidence.csv"
    write_evidence(machine(found), path)
    change(
        path, 2, paper_id="2502.1001", methods="True", materials="1.00E+05", quantities="1204", own=".5 ", keep="YES",
        result="It is 0.50 or 1,204 or 1e5.\r\nSo it is.\u00a0",
    )  # fmt: skip
    assert read_changes(path) == []
    path = tmp_path / "evidence.xlsx"
    write_evidence(machine(found), path)
    change(path, 2, paper_id=2502.1001, methods=True, materials=100000, quantities=1204.0, own=0.5, keep=True)
    change(path, 2, result="It is 0.50 or 1,204 or 1e5._x000D_\nSo it is. ")
    assert read_changes(path) == []
    change(path, 2, own=0.6)
    assert [(c.cell, c.value) for c in read_changes(path)] == [("own", ["0.6"])]


@given(
    st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=1, max_size=3),
    st.sampled_from(["csv", "xlsx"]),
)
def test_any_text_goes_out_and_comes_back_unchanged(tmp_path_factory, texts, ending):
    table = machine().head(1)
    row = table.iloc[0].to_dict() | {"own": texts[0], "methods": texts, "paper_id": f"p{texts[-1]}"}
    row["as_read"] = as_read(row)
    path = tmp_path_factory.mktemp("any") / f"evidence.{ending}"
    write_evidence(pd.DataFrame([row]), path)
    assert read_changes(path) == []


def test_hashes_are_of_the_text_that_a_cell_shows():
    row = machine().iloc[1].to_dict()
    told = dict(part.split("=") for part in row["as_read"].split())
    assert list(told) == ["paper", "sense", *CELLS]
    assert (told["paper"], told["sense"]) == ("2502.10010", "social")
    assert told["quantities"] == hashlib.sha256(b"12%; 3.5 points; 0.81").hexdigest()[:8]
    assert set(EMPTY) == set(CELLS)


# --- what cannot be used ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"sense": "data"}, "row 3: sense was changed from 'social'; .* reviews.csv"),
        ({"paper_id": "x"}, "row 3: paper_id was changed from '2502.10010'"),
        ({"as_read": ""}, "row 3: as_read is empty; rows can be corrected, .* not added"),
        ({"as_read": "paper=2502.10010 sense=social own=1234"}, "row 3: as_read is damaged"),
        ({"keep": "perhaps"}, "row 3: keep is 'perhaps'; write yes or no"),
        ({"stance": "fight"}, "row 3: no stance 'fight'; use mitigate, measure, exploit"),
    ],
)
def test_one_line_names_the_file_and_the_row(exported, cells, words):
    change(exported, 3, **cells)
    with pytest.raises(BadInput, match=rf"evidence\.\w+: {words}"):
        corrected(exported)


def test_papers_and_senses_that_are_not_there(exported):
    def read(**options):
        return read_corrections(exported, **{"paper_ids": {"2502.10010"}, "inventory": INVENTORY, **options})

    known = Inventory("bias", INVENTORY.senses[:1])
    assert read(paper_ids=set(), inventory=known).empty  # nobody changed anything in these rows
    change(exported, 3, own="Mine")
    with pytest.raises(BadInput, match=r"row 3: no paper '2502.10010' in the collection"):
        read(paper_ids={"other"})
    with pytest.raises(BadInput, match=r"row 3: no sense 'social' in the inventory"):
        read(inventory=known)
    renamed = Inventory("bias", (Sense("fairness", "Fairness", "", aliases=("social",)),))
    assert read(inventory=renamed)["sense"].tolist() == ["fairness"]


def test_two_rows_may_not_say_different_things(tmp_path):
    path = tmp_path / "evidence.csv"
    write_evidence(pd.concat([machine(), machine()]), path)
    change(path, 3, own="Mine")
    change(path, 5, own="Mine")
    assert len(read_corrections(path, paper_ids={"2502.10010"}, inventory=INVENTORY)) == 1
    change(path, 5, own="Yours")
    with pytest.raises(BadInput, match="row 5: says another own than row 3"):
        corrected(path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("evidence.csv", b"", "not a readable table"), ("evidence.csv", b"a;b\n1;2\n", "no evidence table"),
        ("evidence.csv", "a,as_read\n\u00e9,x\n".encode("latin-1"), "not a readable table"),
        ("evidence.xlsx", b"PK\x03\x04 no", "not a whole Excel workbook"), ("evidence.ods", b"x", "is .csv or .xlsx"),
    ],
)  # fmt: skip
def test_files_that_are_no_evidence(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=words):
        read_changes(tmp_path / name)
    with pytest.raises(BadInput, match="no such file"):
        read_changes(tmp_path / "absent.xlsx")


def test_a_file_with_corrections_is_not_replaced_unless_they_are_honoured(exported):
    check_replaceable(exported, honoured="")
    change(exported, 3, own="Mine")
    with pytest.raises(BadInput, match="holds corrections; give it as --evidence"):
        check_replaceable(exported, honoured="")
    check_replaceable(exported, honoured=file_hash(exported))
    with pytest.raises(BadInput, match="row 3 corrects what is no more"):
        check_replaceable(exported, honoured=file_hash(exported), lost=[{"row": 3}])
    check_replaceable(exported.with_name("absent.csv"), honoured="")
    exported.write_bytes(b"mine")
    with pytest.raises(BadInput, match="not replaced"):
        check_replaceable(exported, honoured="")
