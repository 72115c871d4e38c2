"""The demonstration returns as material for mutations: where each keeps its header and amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from beffroi.returns.reading import Reading, read_return
from tests.returns.reading.mutating import Page, load, save
from tests.returns.reading.rounds import contract, return_path, truth


@dataclass(frozen=True)
class Habit:
    """A partner's file: a header that tells its tables, and its columns of amounts."""

    file: str
    label: str
    amounts: tuple[str | int, ...]

    @property
    def suffix(self) -> str:
        return Path(self.file).suffix

    def pages(self, year: int) -> list[Page]:
        """Its pages, to be changed at will."""
        return load(return_path(year, self.file))

    def tables(self, pages: Sequence[Page]) -> list[Page]:
        """Those of its pages that hold a table."""
        return [page for page in pages if any(self.label in row for row in page.rows)]

    def header_row(self, page: Page) -> int:
        return page.header_row(self.label)

    def amount_columns(self, page: Page) -> list[int]:
        headers = page.rows[self.header_row(page)]
        return [at for at, header in enumerate(headers) if header in self.amounts]


STATE = Habit("etat_sgar.xlsx", "SIRET", ("AE programmées", "AE engagées", "CP payés"))
REGION = Habit("region.xlsx", "Libellé", ("Affecté", "Engagé", "Mandaté"))
NORD = Habit("departement_nord.ods", "Voté", ("Voté", "Engagé", "Versé"))
PAS_DE_CALAIS = Habit(
    "departement_pas_de_calais.csv",
    "Dossier",
    ("Montant programmé", "Montant engagé", "Montant mandaté"),
)
MEL = Habit("mel.xlsx", "N° PPI", tuple(range(2021, 2028)))
AMIENS = Habit(
    "amiens_metropole.xlsx",
    "Opération",
    (
        *("Coût total HT", "Amiens Métropole", "État", "Région Hauts-de-France"),
        *("Département de la Somme", "Autofinancement"),
    ),
)
HABITS = (STATE, REGION, NORD, PAS_DE_CALAIS, MEL, AMIENS)


def read(pages: Sequence[Page], path: Path) -> Reading:
    """Write pages and read them against the demonstration contract."""
    return read_return(save(pages, path), contract=contract())


def assert_reads_the_truth(reading: Reading, year: int, file: str) -> None:
    """The four figures that a change of form may not change."""
    true = truth(year, file)
    assert reading.rows == true["rows"]
    assert reading.sums_cents == true["sums_cents"]
    assert reading.sums_by_axis == true["sums_by_axis"]
    assert reading.unread == true["unread"]
