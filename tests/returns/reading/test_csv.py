"""CSV files as people really write them: each mending gives the right cells, and is said."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beffroi.returns.reading import UnreadableFile, read_return
from beffroi.returns.reading.opening import read_workbook
from tests.returns.reading.refusals import assert_one_sentence

HEADERS = "Code;Intitulé;Engagé;Payé"
TABLE = [
    ["Code", "Intitulé", "Engagé", "Payé"],
    ["A1", "Médiathèque d’Étaples", "1234,56", "12,00"],
    ["A2", "École", "-5", "0"],
]
PLAIN = "\r\n".join(";".join(row) for row in TABLE) + "\r\n"


def read(text: str | bytes, encoding: str = "utf-8") -> tuple[list[list[str]], list[str]]:
    """The rows, and what is said of the file: ``kind@where``."""
    content = text if isinstance(text, bytes) else text.encode(encoding)
    workbook = read_workbook(content, "retour.csv")
    (sheet,) = workbook.sheets
    assert workbook.format == "csv"
    said = [f"{found.kind}@{found.where}" for found in workbook.findings]
    return [[str(value) for value in row] for row in sheet.rows], said


# Encodings

SILENT = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]


@pytest.mark.parametrize("encoding", SILENT)
def test_encodings_that_need_no_word(encoding: str) -> None:
    assert read(PLAIN, encoding) == (TABLE, [])


def test_latin_9_has_the_euro() -> None:
    rows, said = read("Code;Payé (€)\nA1;5\n", "iso8859-15")
    assert (rows[0][1], said) == ("Payé (€)", [])


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850"])
def test_older_encodings_are_guessed_and_said(encoding: str) -> None:
    text = PLAIN.replace("’", "'") * 3
    rows, said = read(text, encoding)
    assert rows[1][1] == "Médiathèque d'Étaples"
    assert said == ["guessed_encoding@1"]


def test_a_false_byte_order_mark() -> None:
    rows, said = read(b"\xef\xbb\xbf" + PLAIN.encode("cp1252"))
    assert rows == TABLE
    assert said == ["mixed_encoding@1"]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_lines_of_two_encodings(mark: bytes) -> None:
    lines = PLAIN.splitlines(keepends=True)
    content = mark + lines[0].encode("cp1252") + "".join(lines[1:]).encode()
    assert read(content) == (TABLE, ["mixed_encoding@1"])


@pytest.mark.parametrize("taken_for", ["cp1252", "mac_roman"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_text_encoded_twice(taken_for: str, mark: str) -> None:
    twice = PLAIN.encode().decode(taken_for)
    assert read(mark + twice) == (TABLE, ["double_encoded@1"])


def test_text_encoded_three_times() -> None:
    thrice = PLAIN.encode().decode("latin-1").encode().decode("latin-1")
    assert read(thrice) == (TABLE, ["double_encoded@1"])


def test_only_some_cells_encoded_twice() -> None:
    rows, said = read("Code;Intitulé\nA1;MÃ©diathÃ¨que\nA2;École, dite « É »\n")
    assert rows[1:] == [["A1", "Médiathèque"], ["A2", "École, dite « É »"]]
    assert said == ["double_encoded@1"]


def test_what_was_mended_is_shown() -> None:
    found = read_workbook("Code;Titre\nA1;MÃ©diathÃ¨que\n".encode(), "f.csv").findings[0]
    assert "« MÃ©diathÃ¨que » pour « Médiathèque »" in found.message


def test_bytes_that_mean_nothing_are_said() -> None:
    rows, said = read(PLAIN.encode("cp1252") + b"A3;\x81 rue\n")
    assert rows[-1] == ["A3", "\ufffd rue"]
    assert said == ["unreadable_characters@1"]


@settings(deadline=None)
@given(st.text(alphabet="abcé èàçÉÈÀŒœ€’«»°-–ï"))
def test_text_that_is_right_is_never_mended(text: str) -> None:
    content = f"Code;Titre\nA1;x{text}x\n"
    rows, said = read(content)
    assert rows[1][1] == f"x{text}x"
    assert not said


@pytest.mark.parametrize("amount", ["1?234,56", "12?345?678", "-1?234,5?€", "1?234 k€"])
def test_thin_spaces_that_became_question_marks(amount: str) -> None:
    rows, said = read(f"Code;Titre;Payé\nA1;Quand ?;{amount}\nA2;12?;\n")
    assert rows[1:] == [["A1", "Quand ?", amount.replace("?", "\u00a0")], ["A2", "12?"]]
    assert said == ["lost_spaces@2"]


# Separators


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_separators(separator: str) -> None:
    assert read(PLAIN.replace(";", separator)) == (TABLE, [])


@pytest.mark.parametrize("separator", [";", "\t", "|", ","])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_of_a_well_written_file(separator: str, end: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end).writerows(TABLE)
    assert read(text.getvalue()) == (TABLE, [])


@pytest.mark.parametrize("line", ["sep=;\r\n", "SEP=;\n", '"sep=;"\r', "\ufeffsep=;\n"])
def test_a_first_line_that_states_the_separator(line: str) -> None:
    assert read(line + PLAIN) == (TABLE, [])


def test_the_stated_separator_is_believed() -> None:
    rows, _ = read("sep=|\nCode;Titre|Payé;en €\nA;1|12;5\n")
    assert rows == [["Code;Titre", "Payé;en €"], ["A;1", "12;5"]]


def test_commas_of_thousands_are_no_separator() -> None:
    rows, said = read("Code;M1;M2\nA;1,234,567.00;2,345,678.00\nB;1,234,567.00;2,345,678.00\n")
    assert rows[1] == ["A", "1,234,567.00", "2,345,678.00"]
    assert not said


@pytest.mark.parametrize("titles", ["Suivi du contrat\n\nMontants en k€\n", "Suivi, au 1er mars\n"])
@pytest.mark.parametrize("separator", [";", "|", "\t"])
def test_titles_above_the_table(titles: str, separator: str) -> None:
    rows, said = read(titles + PLAIN.replace(";", separator))
    assert rows[-3:] == TABLE
    assert len(rows) == titles.count("\n") + 3
    assert not said


# Records


def test_quotes_after_a_space_and_texts_as_formulas() -> None:
    rows, said = read('Code, Titre, Payé\n="0012", "Halle, ""la"" grande", 5\n"=""0013""",x,6\n')
    assert rows == [
        ["Code", "Titre", "Payé"],
        ["0012", 'Halle, "la" grande', "5"],
        ["0013", "x", "6"],
    ]
    assert not said


def test_tails_of_blanks_are_no_cells() -> None:
    rows, said = read("\n".join(row + ";;;;" for row in PLAIN.splitlines()) + "\n;;;;;;;;\n")
    assert rows == [*TABLE, []]
    assert not said


def test_ragged_rows_keep_their_cells() -> None:
    rows, said = read("Code;Titre;Payé\nA1\nA2;École\nA3;Halle;5\n;;7\n")
    assert rows[1:] == [["A1"], ["A2", "École"], ["A3", "Halle", "5"], ["", "", "7"]]
    assert not said


def test_a_row_longer_than_the_others_is_said() -> None:
    rows, said = read("Code;Titre;Payé\nA1;Halle; grande;5\nA2;École;6\n")
    assert rows[1] == ["A1", "Halle", "grande", "5"]
    assert said == ["long_rows@2"]


def test_a_long_row_of_texts_is_no_header() -> None:
    rows = [
        "Code;Titre;Avis",
        *[f"A{at};École;favorable" for at in range(5)],
        "A9;Halle; grande;non",
    ]
    assert read("\n".join(rows))[1] == ["long_rows@7"]


def test_line_breaks_and_quotes_in_quotes() -> None:
    rows, said = read('Code;Titre;Payé\r\nA1;"Halle\r\ndite ""la; Grande""";5\r\nA2;École;6\r\n')
    assert rows[1:] == [["A1", 'Halle\r\ndite "la; Grande"', "5"], ["A2", "École", "6"]]
    assert not said


def test_a_text_of_several_lines_may_hold_separators() -> None:
    text = '"Halle :\n- bâtir ; planter ; ouvrir ; clore\n- vendre"'
    rows, said = read(f"Code;Titre;Payé\nA1;{text};5\nA2;École;6\nA3;7;{text}\nA4;x;y\n")
    assert [row[0] for row in rows] == ["Code", "A1", "A2", "A3", "A4"]
    assert not said


@pytest.mark.parametrize("separator", [";", ","])
def test_rows_that_are_one_quoted_cell(separator: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([*TABLE, ["A3", 'Dite "la Halle"', "1", "2"]])
    whole = "".join('"' + row.replace('"', '""') + '"\r\n' for row in text.getvalue().splitlines())
    rows, said = read(whole)
    assert rows == [*TABLE, ["A3", 'Dite "la Halle"', "1", "2"]]
    assert said == ["quoted_rows@1"]


def test_some_rows_that_are_one_quoted_cell() -> None:
    rows, said = read('Code,Titre,Payé\n"A1,""Halle, grande"",5"\nA2,École,6\n"Suivi, au 1er"\n')
    assert rows == [
        ["Code", "Titre", "Payé"],
        ["A1", "Halle, grande", "5"],
        ["A2", "École", "6"],
        ["Suivi, au 1er"],
    ]
    assert said == ["quoted_rows@2"]


@pytest.mark.parametrize("others", [1, 2, 3, 50])
def test_a_quote_that_never_closes_swallows_nothing(others: int) -> None:
    lines = [f"A{at};École;{at}" for at in range(1, others + 1)]
    rows, said = read("\n".join(["Code;Titre;Payé", 'A0;"Halle;5', *lines]) + "\n")
    assert rows[1:] == [["A0", '"Halle', "5"], *[line.split(";") for line in lines]]
    assert said == ["unclosed_quote@2"]


def test_a_quote_that_never_closes_on_each_row() -> None:
    lines = [f'A{at};"Halle;{at}' for at in range(400)]
    rows, said = read("\n".join(["Code;Titre;Payé", *lines]))
    assert rows[1:] == [line.split(";") for line in lines]
    assert {kind.split("@")[0] for kind in said} == {"unclosed_quote"}


def test_a_quote_that_closes_two_rows_below_swallows_nothing() -> None:
    rows, said = read('Code;Titre;Payé\nA1;"Halle;5\nA2;École;6\nA3;Rue" neuve;7\n')
    assert rows[1:] == [["A1", '"Halle', "5"], ["A2", "École", "6"], ["A3", 'Rue" neuve', "7"]]
    assert said == ["unclosed_quote@2"]


# Decimal commas between commas


def test_decimal_commas_are_glued_back() -> None:
    rows, said = read(PLAIN.replace(";", ",").replace("-5,0", "-5,50,100"))
    assert rows == [TABLE[0], TABLE[1], ["A2", "École", "-5,50", "100"]]
    assert said == ["decimal_commas@2"]


def test_decimals_and_whole_numbers_together() -> None:
    text = (
        "Code,Titre,Engagé,Payé,Observations\nA1,Halle,1234,56,12,50,\nA2,École,12,50,5,ok\n"
        "A3,Rue,100,50,25,\nA4,Parc,7,8,fait\n"
    )
    rows, said = read(text)
    assert rows[1:3] == [
        ["A1", "Halle", "1234,56", "12,50"],
        ["A2", "École", "12", "50", "5", "ok"],
    ]
    # « 12,50,5 » may be 12,50 and 5, or 12 and 50,5: nothing is guessed, and the rows are said.
    assert rows[3] == ["A3", "Rue", "100", "50", "25"]
    assert said == ["decimal_commas@2", "long_rows@3"]


def test_a_comma_in_a_title_is_no_decimal() -> None:
    rows = [f"A{at},École,{at}00,{at}" for at in range(1, 8)]
    read_rows, said = read("\n".join(["Code,Titre,Engagé,Payé", *rows, "A9,Halle, grande,100,15"]))
    assert read_rows[-1] == ["A9", "Halle", "grande", "100", "15"]
    assert said == ["long_rows@9"]


# What is no table, or too large


@pytest.mark.parametrize(
    "text",
    ["Code\nA1\nA2\n", "Bonjour\n", "Bonjour,\nvoici le retour.\nCordialement\n", '"a"\n"b"\n'],
)
def test_one_column_is_no_table(text: str) -> None:
    with pytest.raises(UnreadableFile, match="n'est pas un tableau") as refusal:
        read_workbook(text.encode(), "note.csv")
    assert_one_sentence(refusal.value, "note.csv")


@pytest.mark.parametrize("text", ["Code;Titre\nA1;{}\n", 'Code;Titre\nA1;"{}"\n', "{}\n"])
@pytest.mark.parametrize("length", [100_001, 200_000])
def test_a_cell_too_long(text: str, length: int) -> None:
    with pytest.raises(UnreadableFile, match="caractères") as refusal:
        read_workbook(text.format("x" * length).encode(), "long.csv")
    assert_one_sentence(refusal.value, "long.csv")


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        read_workbook(content, "octets.csv")
    except UnreadableFile as refusal:
        assert_one_sentence(refusal, "octets.csv")


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.text(alphabet='ab" ,\r\né|\t', max_size=6), min_size=3, max_size=3),
        min_size=3,
        max_size=8,
    )
)
def test_a_file_well_written_reads_back(rows: list[list[str]]) -> None:
    """Whatever the cells hold, where quotes and header make the file plain."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, delimiter=";")
    writer.writerows([["Code", "Titre", "Payé"], *rows])
    read_rows, _ = read("sep=;\n" + text.getvalue())
    kept = [row + [""] * (3 - len(row)) for row in read_rows[1:]]
    assert [[cell.strip() for cell in row] for row in kept] == [
        [cell.strip() for cell in row] for row in rows
    ]


# Told to the layers above


def test_what_is_said_of_the_file_is_a_finding_of_its_reading(tmp_path: Path) -> None:
    path = tmp_path / "retour.csv"
    text = "N° EJ;Intitulé;Objectif CPER;AE programmées;AE engagées;CP payés\nE1;Été;I.1;3;2;1\n"
    path.write_text(text.encode().decode("cp1252"), encoding="utf-8")
    reading = read_return(path)
    assert reading.lines[0].title == "Été"
    assert "double_encoded" in {found.kind for found in reading.findings if found.where == "1"}
