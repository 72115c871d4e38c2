"""A contributor from upload to submission, a question answered on the way; axe on each page."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, Locator, Page

from beffroi.cli.demonstration import ACCOUNTS
from beffroi.operations.models import Operation, Reference
from beffroi.returns.models import Delivery, Return
from beffroi.server.roles import APPLICATION
from tests.browser.site import Site
from tests.browser.test_every_route import violations

NORD = next(account for account in ACCOUNTS if account.email == "nord@demo.example")
HEADER = "Réf.;Opération;Maître d'ouvrage;Commune;Objectif;Voté;Engagé;Versé"
Press = Callable[[Locator], None]
"""How somebody follows a link or presses a button."""


@pytest.fixture
def worker(site: Site, site_database: str) -> Iterator[None]:
    """A worker on the site's database, for one journey."""
    host = connection.settings_dict["HOST"]
    address = f"postgresql://{APPLICATION}@/{site_database}?host={host}"
    process = subprocess.Popen(
        [sys.executable, "-m", "beffroi.jobs"],
        env={**os.environ, "DATABASE_URL": address},
        start_new_session=True,
    )
    yield
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def workbook(path: Path, rank: int) -> Path:
    """Two lines that look like operations of the State, and one that looks like none."""
    named = Reference.objects.filter(partner__slug="cd59").values("operation")
    known = (
        Operation.objects.filter(references__partner__slug="etat", locations__commune__isnull=False)
        .exclude(pk__in=named)
        .order_by("pk")
        .distinct()[2 * rank : 2 * rank + 2]
    )
    rows = [
        ";".join(
            (
                f"CD59/{rank}/{each.pk}",
                f"{each.title} tranche 7",
                each.owner_name,
                str(each.locations.first().commune.name),
                each.references.first().objective,
                *("1234,50", "", ""),
            )
        )
        for each in known
    ]
    neither = f"CD59/{rank}/0;Opération sans pareille n° {rank};;Lille;I.1;10;x;"
    path.write_text("\n".join([HEADER, *rows, neither]), encoding="utf-8")
    return path


def sign_in(page: Page, email: str, password: str) -> None:
    """Through the door, as anyone."""
    page.goto("/compte/connexion")
    page.fill("[name=login]", email)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile("/espace"))


def click(target: Locator) -> None:
    """With the mouse, or a finger."""
    target.click()


def press(target: Locator) -> None:
    """With the keyboard alone: Tab until it has the focus, then Enter (or Space, to tick)."""
    target.wait_for()
    for _ in range(80):
        if target.evaluate("element => element === document.activeElement"):
            break
        target.page.keyboard.press("Tab")
    else:
        pytest.fail(f"the keyboard does not reach {target}")
    target.page.keyboard.press("Space" if target.get_attribute("type") == "checkbox" else "Enter")


@pytest.mark.parametrize(("width", "act"), [(1280, click), (360, press)], ids=["mouse", "keyboard"])
def test_from_upload_to_submission(
    width: int, act: Press, browser: Browser, site: Site, worker: None, tmp_path: Path
) -> None:
    rank = (1280, 360).index(width)
    context = browser.new_context(
        base_url=site.address, locale="fr-FR", viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page, NORD.email, NORD.password)
    page.goto("/espace/contrats/demo-cper")
    act(page.get_by_role("link", name="Remontées", exact=True))
    act(page.get_by_role("link", name="Déposer un classeur"))
    page.wait_for_url(re.compile("deposer"))
    assert page.locator("[name=whose] option").count() == 1, "for its own organisation alone"
    page.fill("[name=on]", f"2025-0{rank + 1}-28")
    page.set_input_files("[name=file]", workbook(tmp_path / "nord.csv", rank))
    looked_at(page, width)
    act(page.get_by_role("button", name="Déposer", exact=True))

    page.wait_for_url(re.compile(r"depots/\d+$"))
    act(page.get_by_role("link", name="Décider", exact=True))
    page.wait_for_url(re.compile("operations"))
    looked_at(page, width)
    act(page.get_by_role("link", name="Décider une par une"))
    page.get_by_text("Question 1 sur 2").wait_for()
    looked_at(page, width)
    act(page.get_by_role("link", name="Plus tard"))
    page.get_by_text("Question 2 sur 2").wait_for()
    act(page.get_by_role("button", name="Nouvelle opération"))
    page.get_by_text("Question 1 sur 2").wait_for()
    act(page.get_by_role("button", name="C'est elle").first)

    act(page.get_by_role("link", name="Voir ce qui change et soumettre"))
    page.wait_for_url(re.compile("apercu"))
    assert "3 opérations ajoutées" in page.locator(".tallies").inner_text()
    assert "1 erreur relevée" in page.locator(".tallies").inner_text()
    looked_at(page, width)
    act(page.get_by_label("J'ai vu les erreurs"))
    act(page.get_by_role("button", name="Soumettre cette remontée"))
    page.get_by_text("inscrite au grand livre").wait_for()
    looked_at(page, width)

    act(page.get_by_role("link", name="Remontées", exact=True).first)
    row = page.get_by_role("row").filter(has_text="nord.csv").first
    assert "en vigueur" in row.inner_text()
    delivery = Delivery.objects.filter(file_name="nord.csv").latest("pk")
    assert (delivery.state, delivery.partner.slug) == ("submitted", "cd59")
    assert Return.objects.get(delivery=delivery).rows == 3
    assert delivery.matches.filter(standing="decided").count() == 2
    assert complaints == []
    context.close()


def looked_at(page: Page, width: int) -> None:
    """Axe finds nothing, and nothing overflows."""
    problems = violations(page, "light")
    assert not problems, f"{page.url}:\n{problems}"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def test_everything_works_without_scripts(
    browser: Browser, site: Site, worker: None, tmp_path: Path
) -> None:
    context = browser.new_context(base_url=site.address, locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, NORD.email, NORD.password)
    page.goto("/espace/contrats/demo-cper/remontees/deposer")
    page.fill("[name=on]", "2025-03-28")
    path = tmp_path / "nord-sans-script.csv"
    path.write_text(f"{HEADER}\nCD59/9;Une opération à nulle autre pareille;;Lille;I.1;10;;\n")
    page.set_input_files("[name=file]", path)
    page.get_by_role("button", name="Déposer", exact=True).click()
    for _ in range(60):
        if not page.get_by_role("link", name="Actualiser").count():
            break
        page.get_by_role("link", name="Actualiser").click()
        page.wait_for_timeout(300)
    page.get_by_role("link", name="Voir ce qui change et soumettre").click()
    page.get_by_role("link", name="Lecture").click()
    page.get_by_role("button", name="Retirer ce dépôt").click()
    assert "Ce dépôt est retiré" in page.locator("main").inner_text()
    context.close()
