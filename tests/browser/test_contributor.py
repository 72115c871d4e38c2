"""Somebody without account: from a mail to its own workbook, annotated; axe on each page."""

from __future__ import annotations

import datetime
import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from beffroi.accounts.models import User
from beffroi.cli.demonstration import ACCOUNTS
from beffroi.contracts.models import Contract
from beffroi.notices.sending import send_due
from beffroi.partners.models import Organisation
from beffroi.returns.campaigns.actions import (
    Terms,
    add_recipient,
    open_campaign,
    prepare_campaign,
)
from beffroi.returns.models import Return
from tests.browser.site import Site
from tests.browser.test_deposit import looked_at, worker  # noqa: F401 - a fixture
from tests.notices.mail_server import mailing
from tests.returns.deliveries.desk import HEADER, line

ADDRESS = "visiteuse@exemple.fr"
TITLES = {
    2: ("Ludothèque itinérante", "Verger conservatoire"),
    3: ("Passerelle piétonne", "Orgue restauré"),
}


def workbook_at(path: Path, on: datetime.date) -> Path:
    """The contributor's own workbook: two lines like no other, one of which has a doubtful cell.

    Those of one month are like none of another's: nothing is asked of them.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Suivi du service"
    sheet.append(HEADER.split(";"))
    for title, amount in zip(TITLES[on.month], ("120", "à préciser"), strict=True):
        sheet.append(line(title[:3].upper(), amount, title=title))
    book.save(path)
    return path


def link_received(settings: Any, site: Site, on: datetime.date) -> str:
    """The link that a mail brings, sent by SMTP when a campaign opens."""
    settings.PUBLIC_URL = site.address
    contract = Contract.objects.get(slug="demo-cper")
    author = User.objects.get(email=ACCOUNTS[0].email)
    partner = Organisation.objects.get(slug="cd62")
    terms = Terms(f"Remontée au {on:%d/%m/%Y} (fictive)", on, timezone.localdate())
    campaign = prepare_campaign(contract, terms, [(partner, None)], author)
    add_recipient(campaign.requests.get(), ADDRESS)
    with mailing(settings) as server, server.up():
        open_campaign(campaign, author, timezone.localdate())
        send_due()
        text = server.text_to(ADDRESS)
    (link,) = re.findall(rf"{re.escape(site.address)}/depot/ouvrir/\S+", text)
    return str(link)


@pytest.mark.parametrize("width", [1280, 360])
def test_from_the_mail_to_the_annotated_workbook(
    width: int,
    browser: Browser,
    site: Site,
    worker: None,  # noqa: F811 - the fixture
    settings: Any,
    tmp_path: Path,
) -> None:
    on = datetime.date(2025, 2 if width == 1280 else 3, 15)
    address = link_received(settings, site, on)
    sent = workbook_at(tmp_path / "suivi-du-service.xlsx", on)
    viewport = {"width": width, "height": 800}
    context = browser.new_context(base_url=site.address, locale="fr-FR", viewport=viewport)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(address)
    page.wait_for_url(re.compile(r"/depot/\d+/"))
    looked_at(page, width)
    page.get_by_role("link", name="Déposer").first.click()
    page.set_input_files("[name=file]", sent)
    looked_at(page, width)
    page.get_by_role("button", name="Déposer", exact=True).click()

    page.wait_for_url(re.compile(r"depots/\d+$"))
    page.get_by_role("link", name="Voir ce qui change et soumettre").click(timeout=120_000)
    page.wait_for_url(re.compile("apercu"))
    looked_at(page, width)
    page.get_by_label("J'ai vu les erreurs").check()
    page.get_by_role("button", name="Soumettre cette remontée").click()
    page.get_by_text("inscrite au grand livre").wait_for()
    looked_at(page, width)

    submitted = Return.objects.get(partner__slug="cd62", effective_on=on)
    page.locator(f"a[href$='/remontees/{submitted.pk}']").first.click()
    looked_at(page, width)
    annotated = downloaded(page)
    own = openpyxl.load_workbook(sent)
    assert annotated.sheetnames[1:] == own.sheetnames, "its own sheets, after one that says it all"
    assert values(annotated, own.sheetnames[0]) == values(own, own.sheetnames[0])
    doubtful = annotated["Suivi du service"]["G3"]
    assert doubtful.value == "à préciser"
    assert "nombre" in doubtful.comment.text
    assert complaints == []
    context.close()


def downloaded(page: Page) -> openpyxl.Workbook:
    """The annotated workbook that the page gives."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le classeur annoté").click()
    return openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))


def values(book: openpyxl.Workbook, sheet: str) -> list[tuple[object, ...]]:
    """What the cells of a sheet hold."""
    return list(book[sheet].iter_rows(values_only=True))
