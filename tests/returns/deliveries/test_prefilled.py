"""A pre-filled workbook imports back unchanged, whatever the last return said."""

from __future__ import annotations

import datetime
import io
import random
from collections.abc import Callable

import openpyxl
import pytest

from beffroi.partners.models import Organisation
from beffroi.returns.campaigns.actions import Terms, prepare_campaign
from beffroi.returns.deliveries.actions import decide_all_new, withdraw
from beffroi.returns.layouting.storing import layouts_known
from beffroi.returns.models import Request
from beffroi.returns.prefilled.columns import NAME, headers_of
from beffroi.returns.prefilled.content import Prefilled, prefilled
from beffroi.returns.prefilled.ods import ods_of
from beffroi.returns.prefilled.xlsx import xlsx_of
from beffroi.returns.reading.headers import header_form
from beffroi.returns.reading.units import stated_unit
from tests.returns.deliveries.desk import FIRST, SECOND, Desk, line, workbook
from tests.returns.deliveries.test_preview import some_workbook
from tests.returns.reading.rounds import FILES, SLUGS_OF_FILES, return_path

FORMATS: dict[str, Callable[[Prefilled], bytes]] = {"xlsx": xlsx_of, "ods": ods_of}
AWKWARD = ("=1+1", "+33 3 20 00 00 00", "@SOMME(A1)", "-12", "<b>&amp;</b>", "Total", "a  b")


def asked_of(desk: Desk, on: datetime.date = SECOND) -> Request:
    """A request for the desk's partner."""
    terms = Terms("Essai", on, on + datetime.timedelta(days=60))
    campaign = prepare_campaign(desk.contract, terms, [(desk.partner, None)], desk.user)
    return campaign.requests.select_related("campaign__contract", "partner", "service").get()


def holds_unchanged(desk: Desk, asked: Request, kind: str, *, complete: bool = True) -> None:
    """Hand it in as it is: every operation is known, and none moves."""
    filled = prefilled(asked)
    on = asked.campaign.effective_on
    back = desk.read(
        FORMATS[kind](filled),
        on,
        name=f"modele.{kind}",
        partner=asked.partner.slug,
        complete=complete,
    )
    assert back.state == "ready", (back.state, back.refusal, back.summary)
    assert back.layout_name == NAME
    counts = back.preview["counts"]
    assert counts.pop("same") > 0
    assert counts == {"added": 0, "changed": 0, "removed": 0}
    assert back.summary["rows"] == len(filled.rows)
    withdraw(back)


def submitted(desk: Desk, content: bytes, on: datetime.date, **more: object) -> None:
    delivery = desk.read(content, on, **more)
    if delivery.state == "matching":
        decide_all_new(delivery, desk.actor)
        delivery = desk.worked(delivery)
    assert desk.submitted(delivery).state == "submitted"


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("file", FILES)
def test_the_workbooks_of_the_demonstration(desk: Desk, file: str, kind: str) -> None:
    slug = SLUGS_OF_FILES[file]
    desk.partner = Organisation.objects.get(slug=slug)
    submitted(desk, return_path(2024, file).read_bytes(), SECOND, name=file)
    holds_unchanged(desk, asked_of(desk), kind)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_was_said(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    for on in (FIRST, SECOND):
        submitted(desk, some_workbook(chance), on, complete=bool(seed % 2))
    asked = asked_of(desk)
    for kind in FORMATS:
        holds_unchanged(desk, asked, kind, complete=False)


def test_a_later_date_starts_from_the_last_one(desk: Desk) -> None:
    submitted(desk, workbook(line("A1", "10", "4"), line("A2", "20")), FIRST)
    holds_unchanged(desk, asked_of(desk, SECOND), "xlsx")
    assert not prefilled(asked_of(desk, FIRST - datetime.timedelta(days=1))).rows


@pytest.mark.parametrize("kind", FORMATS)
def test_texts_that_look_like_formulas_stay_texts(desk: Desk, kind: str) -> None:
    rows = [line(f"X{rank}", "10", title=text) for rank, text in enumerate(AWKWARD)]
    rows += [line("=cmd|'/c calc'!A0", "7"), line("X9", "=1+1", "illisible")]
    submitted(desk, workbook(*rows), SECOND)
    asked = asked_of(desk)
    content = FORMATS[kind](prefilled(asked))
    if kind == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        texts = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
        assert {cell.data_type for cell in texts} <= {"s", "inlineStr"}
        assert any(cell.value == "=1+1" and cell.quotePrefix for cell in texts)
    else:
        assert b"table:formula" not in content
    holds_unchanged(desk, asked, kind, complete=False)


def test_two_lines_that_say_the_same_both_count(desk: Desk) -> None:
    twice = "\n".join(
        [
            workbook(line("A1", "10")).decode().split("\n")[0] + ";Note",
            ";".join(line("A1", "10")) + ";première tranche",
            ";".join(line("A1", "10")) + ";seconde tranche",
        ]
    )
    submitted(desk, twice.encode(), SECOND)
    assert desk.said(SECOND)[("cd62", "programmed")] == 2000
    holds_unchanged(desk, asked_of(desk), "xlsx")


def test_before_any_return_there_are_headers_alone(desk: Desk) -> None:
    asked = asked_of(desk)
    filled = prefilled(asked)
    assert not filled.rows
    assert [header for header in filled.headers if header.startswith("Programmé")]
    wanted = {"Ligne": 1, "Votre code": "P1", "Intitulé de l'opération": "Un pont"}
    values = {**wanted, "Objectif": "I.1", filled.headers[-1]: 12.5}
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of(filled)))
    book.worksheets[0].append([values.get(header) for header in filled.headers])
    out = io.BytesIO()
    book.save(out)
    delivery = desk.read(out.getvalue(), SECOND, name="modele.xlsx")
    assert (delivery.state, delivery.layout_name) == ("ready", NAME)
    assert delivery.preview["counts"]["added"] == 1


def test_no_two_columns_of_money_are_confused(desk: Desk) -> None:
    Organisation.objects.filter(slug="mel").update(short_name="Région (Hauts-de-France)")
    headers = headers_of(layouts_known(desk.contract, desk.partner)[NAME])
    assert next(iter(headers)).funder == desk.partner.slug
    forms = [header_form(header) for header in headers.values()]
    assert len(forms) == len(set(forms))
    assert not any(stated_unit(header) for header in headers.values())
