"""A file is read in a process apart: the same reading, and whatever happens there one sentence."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from beffroi.returns.reading import UnreadableFile, read_return
from beffroi.returns.reading.opening import read_workbook
from beffroi.returns.reading.progress import Progress
from beffroi.returns.reading.sandbox import (
    AT_ONCE,
    ReadingFailed,
    _loaded,
    in_worker,
    read_in_worker,
    workbook_in_worker,
)
from tests.returns.reading import acts
from tests.returns.reading.mutating import Page, save_xlsx
from tests.returns.reading.refusals import assert_one_sentence
from tests.returns.reading.rounds import FILES, contract, return_path

STATE = return_path(2024, "etat_sgar.xlsx")


def long_return(path: Path) -> bytes:
    """A return of 2,500 lines."""
    headers = ["N° EJ", "Intitulé", "Objectif CPER", "AE programmées", "AE engagées", "CP payés"]
    lines = [[f"EJ{n}", f"Opération {n}", "I.1", 9.0, 8.0, 7.0] for n in range(2500)]
    save_xlsx([Page("Suivi", [[*headers], *[[*line] for line in lines]])], path)
    return path.read_bytes()


def still_reading() -> list[str]:
    """The processes of this one that still read."""
    commands = (
        Path(f"/proc/{child}/cmdline").read_text(encoding="utf-8")
        for task in Path("/proc/self/task").iterdir()
        for child in (task / "children").read_text(encoding="utf-8").split()
    )
    return [command for command in commands if "sandboxed" in command]


@pytest.mark.parametrize("file", FILES)
def test_a_return_reads_there_as_it_does_here(file: str) -> None:
    content = return_path(2023, file).read_bytes()
    apart = read_in_worker(content, file, contract=contract())
    assert apart == read_return(content, name=file, contract=contract())
    assert apart.lines


def test_a_workbook_opens_there_as_it_does_here() -> None:
    assert workbook_in_worker(STATE.read_bytes(), STATE.name) == read_workbook(STATE)


def test_a_refusal_is_the_same_sentence() -> None:
    with pytest.raises(UnreadableFile) as there:
        read_in_worker(b"Bonjour", "note.csv")
    with pytest.raises(UnreadableFile) as here:
        read_workbook(b"Bonjour", "note.csv")
    assert str(there.value) == str(here.value)
    assert not isinstance(there.value, ReadingFailed)


def test_progress_is_heard_from_the_opening_to_the_last_lines(tmp_path: Path) -> None:
    heard: list[Progress] = []
    content = long_return(tmp_path / "retour.xlsx")
    assert read_in_worker(content, "retour.xlsx", listener=heard.append).rows == 2500
    phases = list(dict.fromkeys(progress.phase for progress in heard))
    assert phases == ["opening", "reading", "checking"]
    checking = [progress for progress in heard if progress.phase == "checking"]
    assert all(0 < progress.done < progress.total == 2501 for progress in checking)


def test_whoever_listens_may_give_the_reading_up(tmp_path: Path) -> None:
    class Cancelled(Exception):
        pass

    def cancel(_: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read_in_worker(long_return(tmp_path / "retour.xlsx"), "retour.xlsx", listener=cancel)
    with pytest.raises(Cancelled):
        in_worker("retour.xlsx", acts.sleep, listener=cancel)
    assert not still_reading()


def test_what_the_listener_raises_is_raised_as_it_is() -> None:
    def lose_the_database(_: Progress) -> None:
        raise ConnectionResetError("la base ne répond plus")

    with pytest.raises(ConnectionResetError):
        in_worker("retour.xlsx", acts.sleep, listener=lose_the_database)


def test_no_more_than_a_few_run_at_once() -> None:
    """The third waits for its turn, and may give it up meanwhile."""

    class Cancelled(Exception):
        pass

    running = threading.Barrier(AT_ONCE + 1)
    done = threading.Event()

    def hold(_: Progress) -> None:
        if not done.is_set():
            running.wait()
            done.wait()
        raise Cancelled

    def read() -> None:
        with pytest.raises(Cancelled):
            in_worker("retour.xlsx", acts.sleep, listener=hold)

    readers = [threading.Thread(target=read) for _ in range(AT_ONCE)]
    for reader in readers:
        reader.start()
    running.wait()
    assert len(still_reading()) == AT_ONCE
    heard: list[int] = []

    def cancel(_: Progress) -> None:
        heard.append(len(still_reading()))
        raise Cancelled

    with pytest.raises(Cancelled):
        in_worker("retour.xlsx", acts.sleep, listener=cancel)
    assert heard == [AT_ONCE]
    done.set()
    for reader in readers:
        reader.join()
    assert in_worker("retour.xlsx", acts.environment)


# What ends it before its time


@pytest.mark.parametrize("act", [acts.loop, acts.sleep])
def test_time_is_limited(act: Callable[[], None]) -> None:
    with pytest.raises(ReadingFailed, match="secondes") as failure:
        in_worker("retour.xlsx", act, seconds=1)
    assert_one_sentence(failure.value, "retour.xlsx")


@pytest.mark.parametrize("act", [acts.take_memory, acts.abort])
def test_memory_is_limited(act: Callable[[], object]) -> None:
    with pytest.raises(ReadingFailed, match="mémoire") as failure:
        in_worker("retour.xlsx", act, memory_bytes=300_000_000)
    assert_one_sentence(failure.value, "retour.xlsx")


@pytest.mark.parametrize("memory", [90_000_000, 100_000_000, 120_000_000, 150_000_000])
def test_a_reading_short_of_memory_says_so_or_succeeds(memory: int, tmp_path: Path) -> None:
    content = long_return(tmp_path / "retour.xlsx")
    try:
        workbook = in_worker("r.xlsx", read_workbook, content, "r.xlsx", memory_bytes=memory)
    except ReadingFailed as failure:
        assert_one_sentence(failure, "r.xlsx")
    else:
        assert workbook == read_workbook(content, "r.xlsx")


@pytest.mark.parametrize("act", [acts.kill, acts.stumble])
def test_a_crash_is_one_sentence_and_its_details_are_kept(act: Callable[[], None]) -> None:
    with pytest.raises(ReadingFailed, match="fait échouer la lecture") as failure:
        in_worker("retour.xlsx", act)
    assert_one_sentence(failure.value, "retour.xlsx")
    assert ("imprévu" in failure.value.details) == (act is acts.stumble)


# What it may not do


def test_it_has_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEFFROI_SECRET_KEY", "secret")
    assert set(in_worker("retour.xlsx", acts.environment)) <= {"PYTHONPATH", "LC_CTYPE"}


def test_it_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "écrit"
    with pytest.raises(ReadingFailed) as failure:
        in_worker("retour.xlsx", acts.write, str(path))
    assert "OSError" in failure.value.details
    assert not path.exists() or not path.read_bytes()


def test_its_answer_runs_nothing_here(tmp_path: Path) -> None:
    path = tmp_path / "écrit"
    with pytest.raises(ReadingFailed):
        in_worker("retour.xlsx", acts.answer_by_running, str(path))
    assert not path.exists()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("builtins", "eval"),
        ("beffroi.returns.reading.sandbox", "subprocess.Popen"),
        ("beffroi.returns.reading.sandbox", "os.system"),
        ("beffroi.returns.reading.sandbox", "Path"),
        ("beffroi.returns.reading.sandbox", "in_worker"),
        ("beffroi.returns.reading.opening", "content_of"),
        ("beffroi.server.commands", "opened_site"),
    ],
)
def test_an_answer_names_only_values_of_the_reading(module: str, name: str) -> None:
    call = f"\x80\x04c{module}\n{name}\n(V/tmp\ntR.".encode("latin-1")
    with pytest.raises(pickle.UnpicklingError, match="no plain value"):
        _loaded(call)
