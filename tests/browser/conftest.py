"""A real browser for the whole session, and the real site anew for each module."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from beffroi.cli.demonstration import ACCOUNTS
from beffroi.returns.links import secret_of
from tests.browser.examples import held_links
from tests.browser.site import Site, connected_to, copy_of, furnished_database, served

ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Where screenshots go, when they are wanted.
SCREENSHOTS = "BEFFROI_SCREENSHOTS"
#: How much of a page and of the site's log a failure shows.
SHOWN = 1500


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, Any]:
    """A failure shows where each open page stood and what the site said last."""
    report = yield
    given = getattr(item, "funcargs", {})
    if report.when == "call" and report.failed and "browser" in given:
        for context in given["browser"].contexts:
            for page in context.pages:
                with contextlib.suppress(Error):
                    text = page.inner_text("body", timeout=2000)
                    report.sections.append((page.url, text[:SHOWN]))
        if "site" in given:
            report.sections.append(("site", given["site"].log.read_text()[-SHOWN:]))
    return report


@pytest.fixture(scope="session")
def chromium() -> str:
    """Debian's chromium."""
    path = shutil.which("chromium")
    if not path:
        pytest.skip("chromium manque : apt-get install chromium")
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Opened once. From then on its loop runs in this thread, and Django keeps the connections
    opened under a loop apart from the others: those of before are closed, or nobody would."""
    connections.close_all()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def furnished(chromium: str, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The demonstration, furnished once; nobody writes in it."""
    with furnished_database(django_db_blocker) as name:
        yield name


@pytest.fixture(scope="module")
def site_database(furnished: str) -> Iterator[str]:
    """The database that the site of a module reads: what one module writes no other sees."""
    with copy_of(furnished, "site") as name:
        yield name


@pytest.fixture(scope="module")
def site(site_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site itself, with the account that may see everything."""
    account = ACCOUNTS[0]
    log = tmp_path_factory.mktemp("site") / "log"
    with served(site_database, log) as address:
        yield Site(address, account.email, account.password, log)


@pytest.fixture(autouse=True)
def db(site_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Here the database is the site's: the test's own queries see what the site sees."""
    with django_db_blocker.unblock(), connected_to(site_database):
        yield


def sign_in(page: Page, site: Site) -> None:
    """Through the door, as anyone."""
    page.goto(f"{site.address}/compte/connexion")
    page.fill("[name=login]", site.email)
    page.fill("[name=password]", site.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/compte/connexion" not in url)


@pytest.fixture(scope="module")
def signed_in(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """Somebody who signed in; shared: a test that signs out opens its own."""
    context = browser.new_context(base_url=site.address, locale="fr-FR")
    with context.new_page() as page:
        sign_in(page, site)
    yield context
    context.close()


@pytest.fixture(scope="module")
def visitor(
    browser: Browser, site: Site, site_database: str, django_db_blocker: Any
) -> Iterator[BrowserContext]:
    """Somebody who did not, and who holds the deposit links of the site."""
    context = browser.new_context(base_url=site.address, locale="fr-FR")
    with django_db_blocker.unblock(), connected_to(site_database):
        secrets = [secret_of(link) for link in held_links()]
    for secret in secrets:
        context.request.get(f"/depot/ouvrir/{secret}")
    yield context
    context.close()


@pytest.fixture
def page(signed_in: BrowserContext) -> Iterator[Page]:
    """A page of somebody who signed in."""
    with signed_in.new_page() as opened:
        yield opened


@pytest.fixture
def shoot() -> Callable[[Page, str], None]:
    """Keep a screenshot where ``BEFFROI_SCREENSHOTS`` names a directory; else do nothing."""
    wanted = os.environ.get(SCREENSHOTS)

    def keep(page: Page, name: str) -> None:
        if wanted:
            page.screenshot(path=Path(wanted) / f"{name}.png", full_page=True)

    return keep
