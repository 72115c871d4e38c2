"""kill -9 of the worker, the web or the database inside a delivery: nothing half-posted, and the
work resumes or says what to do. The phases in which each blow fell are counted and reported."""

from __future__ import annotations

import contextlib
import datetime
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections

from beffroi.accounts.models import User
from beffroi.bench.workbooks import write_return
from beffroi.contracts.models import Access, Contract
from beffroi.ledger.checking import ledger_faults
from beffroi.ledger.models import Entry, Evidence, Statement
from beffroi.operations.models import Operation, Reference
from beffroi.partners.models import Organisation
from beffroi.returns.deliveries.actions import submit
from beffroi.returns.models import Delivery, Return
from beffroi.server.roles import APPLICATION
from tests.returns.deliveries.desk import Desk
from tests.server.instance import PROJECT, Instance, Served, children, environment, kill, until

ROWS = 3000
FIRST = datetime.date(2024, 1, 31)
TRIES = 4
HITS: Counter[str] = Counter()
"""Blows that fell where they were meant to, by phase."""


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path: Path = tmp_path_factory.mktemp("gros") / "etat.xlsx"
    write_return(path, ROWS)
    return path.read_bytes()


@pytest.fixture(scope="module", autouse=True)
def report() -> Iterator[None]:
    """Say where the blows fell."""
    HITS.clear()
    yield
    told = ", ".join(f"{phase} {count}" for phase, count in sorted(HITS.items()))
    print(f"\nkill -9 : {sum(HITS.values())} coups portés ({told})")


@contextlib.contextmanager
def connected_to(instance: Instance) -> Iterator[None]:
    """Django reads and writes that instance's database and files for the duration of a block."""
    before = dict(connection.settings_dict)
    files = settings.FILES_ROOT
    connections.close_all()
    connection.settings_dict.update(
        HOST=str(instance.cluster.socket), NAME="beffroi", USER=APPLICATION
    )
    settings.FILES_ROOT = instance.data / "files"
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict.update(before)
        settings.FILES_ROOT = files


@contextlib.contextmanager
def working(instance: Instance) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker, for the duration of a block."""
    log = instance.data.with_name("worker.log")
    with log.open("ab") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "beffroi.jobs"],
            env=environment({"BEFFROI_DATA": str(instance.data)}),
            cwd=PROJECT,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield worker
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def new_desk() -> Desk:
    contract = Contract.objects.get(slug="demo-cper")
    user = User.objects.create_user("equipe@exemple.fr", "x" * 14, full_name="L'équipe")
    Access.objects.create(contract=contract, user=user, level="manager")
    return Desk(contract, user, Organisation.objects.get(slug="etat"))


# Where to strike


def phase(name: str) -> Callable[[psycopg.Connection], bool]:
    """While the job says it is there."""
    return lambda watch: bool(
        watch.execute(
            "SELECT 1 FROM jobs_job WHERE state = 'running' AND phase = %s", [name]
        ).fetchone()
    )


def writing(table: str) -> Callable[[psycopg.Connection], bool]:
    """From the moment a transaction has written to a table until it ends."""
    return lambda watch: bool(
        watch.execute(
            "SELECT 1 FROM pg_locks WHERE relation = %s::regclass AND mode = 'RowExclusiveLock' "
            "AND granted",
            [table],
        ).fetchone()
    )


PREPARING = {
    "read": phase("read"),
    "check": phase("check"),
    "match": phase("match"),
    "preview": phase("preview"),
    "preview, statements": writing("ledger_statement"),
    "preview, entries": writing("ledger_entry"),
}
POSTING = {
    "post": phase("post"),
    "post, operations": writing("operations_reference"),
    "post, statements": writing("ledger_statement"),
    "post, evidence": writing("ledger_evidence"),
    "post, entries": writing("ledger_entry"),
    "post, return": writing("returns_return"),
    "post, balances": writing("ledger_balance"),
}


def struck(
    watch: psycopg.Connection, at: Callable[[psycopg.Connection], bool], job: int, *pids: int
) -> bool:
    """Kill at that point of a job; whether the point was seen before the job was over."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if at(watch):
            kill(*pids)
            return True
        row = watch.execute("SELECT state FROM jobs_job WHERE id = %s", [job]).fetchone()
        if row and row[0] not in {"queued", "running"}:
            return False
    return False


def posted() -> tuple[int, ...]:
    """How many rows of each table a return writes; seen from outside, all or none."""
    tables: list[Any] = [Operation, Reference, Statement, Evidence, Entry, Return]
    return tuple(table.objects.count() for table in tables)


def posted_in_full(before: tuple[int, ...]) -> bool:
    """Whether one return was posted whole since: its row, and a statement with its evidence for
    each of the three amounts of a line."""
    *_, statements, evidence, _entries, returns = (
        after - earlier for after, earlier in zip(posted(), before, strict=True)
    )
    return (statements, evidence, returns) == (3 * ROWS, 3 * ROWS, 1)


def is_over(delivery: Delivery, *states: str) -> Callable[[], bool]:
    def over() -> bool:
        with contextlib.suppress(Exception):
            delivery.refresh_from_db()
            return delivery.state in states
        connections.close_all()
        return False

    return over


@pytest.fixture
def db(django_db_setup: None) -> None:
    """Here the database is the instance's."""


@pytest.fixture
def desk(db: None, instance: Instance, django_db_blocker: Any) -> Iterator[Desk]:
    """Somebody at their desk, on an instance whose database runs."""
    with instance.cluster.running(), django_db_blocker.unblock(), connected_to(instance):
        yield new_desk()


def test_the_worker_is_killed_at_each_phase(
    instance: Instance, desk: Desk, workbook: bytes
) -> None:
    days = iter(FIRST + datetime.timedelta(days=rank) for rank in range(400))
    with instance.connect() as watch:
        for name, at in PREPARING.items():
            delivery = desk.hand_in(workbook, next(days), name="etat.xlsx")
            before = posted()
            with working(instance) as worker:
                hit = struck(watch, at, desk.job(delivery).pk, worker.pid)
            assert hit, f"{name} was never seen"
            HITS[f"worker: {name}"] += 1
            assert posted() == before
            with working(instance):
                until(is_over(delivery, "ready"), within=60)
            assert posted() == before, "a preview leaves nothing behind"
            assert desk.job(delivery).attempts == 2
        for name, at in POSTING.items():
            before = posted()
            submit(delivery, desk.actor, errors_seen=True)
            with working(instance) as worker:
                hit = struck(watch, at, desk.job(delivery).pk, worker.pid)
            if hit:
                no_posting_goes_on(watch)
                if posted() == before:
                    HITS[f"worker: {name}"] += 1
                else:  # the blow fell after the commit
                    assert posted_in_full(before), f"half-posted by a blow at « {name} »"
                assert ledger_faults_of(desk) == []
            with working(instance):
                until(is_over(delivery, "submitted"), within=60)
                assert Return.objects.count() == before[-1] + 1
                assert ledger_faults_of(desk) == []
                delivery = desk.hand_in(workbook, next(days), name="etat.xlsx")
                until(is_over(delivery, "ready"), within=60)
    missed = {f"worker: {name}" for name in POSTING} - set(HITS)
    assert len(missed) <= 1, f"never seen: {missed}"


def test_a_small_workbook_does_not_wait_for_a_large_one(
    instance: Instance, desk: Desk, workbook: bytes
) -> None:
    large = desk.hand_in(workbook, FIRST, name="etat.xlsx")
    small = desk.hand_in_round(2023, "mel.xlsx", "mel")
    with working(instance):
        until(is_over(small, "ready", "matching"), within=60)
        assert desk.job(large).is_active
        until(is_over(large, "ready"), within=60)


def no_posting_goes_on(watch: psycopg.Connection) -> None:
    """The dead worker's session ends its statement, finds nobody to answer, and rolls back."""
    until(
        lambda: (
            not watch.execute(
                "SELECT 1 FROM pg_stat_activity WHERE usename = %s AND state <> 'idle' "
                "AND pid <> pg_backend_pid() AND query !~ 'pg_stat_activity|jobs_job'",
                [APPLICATION],
            ).fetchone()
        ),
        within=20,
    )


def ledger_faults_of(desk: Desk) -> list[Any]:
    return list(ledger_faults())


@pytest.fixture
def served(db: None, instance: Instance, django_db_blocker: Any) -> Iterator[Served]:
    """The whole site: web, worker and database, that its supervisor starts again."""
    with instance.served() as site, django_db_blocker.unblock(), connected_to(instance):
        yield site


@pytest.mark.parametrize("victim", ["backend", "postmaster"])
def test_the_database_is_killed_inside_a_posting(
    victim: str, instance: Instance, served: Served, workbook: bytes
) -> None:
    """The site repairs itself and goes on, without anybody."""
    desk = new_desk()
    delivery = desk.hand_in(workbook, FIRST, name="etat.xlsx")
    until(is_over(delivery, "ready"), within=60)
    before = posted()
    submit(delivery, desk.actor, errors_seen=True)
    job = desk.job(delivery)
    with instance.connect() as watch:
        target = [instance.postmaster()] if victim == "postmaster" else []
        assert struck(watch, writing("ledger_statement"), job.pk, *target)
        if victim == "backend":
            kill(backend_writing(watch))
    HITS[f"database: {victim}"] += 1
    connections.close_all()
    until(is_over(delivery, "submitted"), within=120)
    job.refresh_from_db()
    assert (job.attempts, posted()[-1]) == (2, before[-1] + 1)
    assert ledger_faults_of(desk) == []
    assert served.status() == 200


def backend_writing(watch: psycopg.Connection) -> int:
    """The session that has written to the ledger and not committed."""
    row = watch.execute(
        "SELECT pid FROM pg_locks WHERE relation = 'ledger_statement'::regclass "
        "AND mode = 'RowExclusiveLock' AND granted"
    ).fetchone()
    assert row
    return int(row[0])


@pytest.mark.parametrize("moment", ["the file comes in", "the delivery is written"])
def test_the_web_is_killed_while_a_workbook_comes_in(
    moment: str, instance: Instance, served: Served, workbook: bytes
) -> None:
    """No delivery without its job, nor a job without its delivery; the next one goes through."""
    desk = new_desk()
    visitor = Visitor(served.port, desk.user.email, "x" * 14)
    half = moment == "the file comes in"
    with instance.connect() as watch:
        with contextlib.ExitStack() as stack:
            if not half:
                stack.enter_context(watch.transaction())
                watch.execute("LOCK TABLE jobs_job IN ACCESS EXCLUSIVE MODE")
            upload = visitor.sending(workbook, desk, share=0.5 if half else 1)
            stack.enter_context(contextlib.closing(upload))
            if half:
                time.sleep(0.5)
            else:
                until(lambda: waits_for_the_jobs(watch), within=30)
            web = served.child("granian")
            kill(*children(web), web)
        HITS[f"web: {moment}"] += 1
        connections.close_all()
        until(lambda: served.status() == 200, within=60)
        counts = watch.execute(
            "SELECT (SELECT count(*) FROM returns_delivery), (SELECT count(*) FROM jobs_job), "
            "(SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'jobs.run')"
        ).fetchone()
        assert counts == (0, 0, 0)
    with contextlib.closing(visitor.sending(workbook, desk)) as upload:
        assert b"302" in upload.recv(100).split(b"\r\n")[0]
    delivery = Delivery.objects.get()
    until(is_over(delivery, "ready"), within=60)


def waits_for_the_jobs(watch: psycopg.Connection) -> bool:
    """Whether a transaction of the web's has written the delivery, and waits to write its job."""
    waiting = watch.execute(
        "SELECT 1 FROM pg_locks WHERE relation = 'jobs_job'::regclass AND NOT granted"
    ).fetchone()
    return bool(waiting)


class Visitor:
    """Somebody signed in over HTTP, who sends a workbook at their own pace."""

    def __init__(self, port: int, email: str, password: str) -> None:
        self.port = port
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self._get("/compte/connexion")
        form = {"login": email, "password": password, "csrfmiddlewaretoken": self._token()}
        self.opener.open(
            f"http://127.0.0.1:{port}/compte/connexion", urllib.parse.urlencode(form).encode()
        ).close()

    def sending(self, workbook: bytes, desk: Desk, *, share: float = 1) -> socket.socket:
        """A connection on which a part of an upload has been sent."""
        fields = {
            "csrfmiddlewaretoken": self._token(),
            "whose": str(desk.partner.pk),
            "on": FIRST.isoformat(),
        }
        parts = [
            f'--limite\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        disposition = 'Content-Disposition: form-data; name="file"; filename="etat.xlsx"'
        body = (
            "".join([*parts, f"--limite\r\n{disposition}\r\n\r\n"]).encode()
            + workbook
            + b"\r\n--limite--\r\n"
        )
        head = (
            "POST /espace/contrats/demo-cper/remontees/deposer HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{self.port}\r\nConnection: close\r\n"
            f"Cookie: {'; '.join(f'{c.name}={c.value}' for c in self.jar)}\r\n"
            "Content-Type: multipart/form-data; boundary=limite\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()
        connected = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connected.sendall(head + body[: int(len(body) * share)])
        return connected

    def _get(self, path: str) -> None:
        self.opener.open(f"http://127.0.0.1:{self.port}{path}").close()

    def _token(self) -> str:
        return next(cookie.value or "" for cookie in self.jar if cookie.name == "csrftoken")
