"""The demonstration: a fictitious contract with two rounds of returns, and ordinary credit."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from beffroi.accounts.actions import ensure_user
from beffroi.contracts.models import Access, Contract
from beffroi.contracts.reference import FOLDER
from beffroi.contracts.vocabulary import AccessLevel
from beffroi.framework.loading import load_contract_file, load_reference
from beffroi.partners.models import Organisation
from beffroi.returns.actions import import_ordinary, import_return
from beffroi.returns.queries import is_taken

DEMO = FOLDER / "demo"
ORDINARY = FOLDER / "ordinary"
PASSWORD = "beffroi-demo-2027"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A fictitious account of the demonstration."""

    email: str
    full_name: str
    level: AccessLevel
    role: str
    organisation: str = ""
    password: str = PASSWORD


ACCOUNTS = (
    DemoAccount("pilote@demo.example", "Pilote (démo)", AccessLevel.MANAGER, "pilote les contrats"),
    DemoAccount(
        "nord@demo.example",
        "Contribution Nord (démo)",
        AccessLevel.CONTRIBUTOR,
        "contribue pour le Nord",
        organisation="cd59",
    ),
    DemoAccount("lecture@demo.example", "Lecture (démo)", AccessLevel.READER, "lit les contrats"),
)

RETURNS = (
    ("etat_sgar.xlsx", "etat"),
    ("region.xlsx", "region-hdf"),
    ("departement_nord.ods", "cd59"),
    ("departement_pas_de_calais.csv", "cd62"),
    ("mel.xlsx", "mel"),
    ("amiens_metropole.xlsx", "caam"),
)
ROUNDS = {
    "returns-2023": datetime.date(2023, 12, 31),
    "returns-2024": datetime.date(2024, 12, 31),
}
NATIONAL = (
    ("Projets_DI_2018.ods", datetime.date(2018, 12, 31)),
    ("projets_dotations_investissement_2019.xlsx", datetime.date(2019, 12, 31)),
)


def prepare(say: Callable[[str], None]) -> tuple[DemoAccount, ...]:
    """Load what the demonstration shows; again changes nothing. Gives its accounts."""
    counts = load_reference()
    say(f"Référentiel : {counts['communes']} communes, {counts['contracts']} contrats réels.")
    loaded = load_contract_file(DEMO / "demo-contract.yaml")
    say(f"Démonstration (fictive) : {loaded.sentence}")
    contract = loaded.loaded.contract
    for folder, on in ROUNDS.items():
        for file, partner in RETURNS:
            path = DEMO / folder / file
            if not is_taken(path, contract, on):
                imported = import_return(path, contract=contract, partner_slug=partner, on=on)
                say(f"  {partner}, au {on:%d/%m/%Y} : {imported.sentence}")
    for file, on in NATIONAL:
        if not is_taken(ORDINARY / file, None, on):
            imported = import_ordinary(ORDINARY / file, region="32", on=on)
            say(f"Droit commun (réel), au {on:%d/%m/%Y} : {imported.sentence}")
    for account in ACCOUNTS:
        _open(account)
    return ACCOUNTS


def _open(account: DemoAccount) -> None:
    user = ensure_user(account.email, full_name=account.full_name, password=account.password)
    organisation = Organisation.objects.filter(slug=account.organisation).first()
    contracts = Contract.objects.all()
    if account.level == AccessLevel.CONTRIBUTOR:
        contracts = contracts.filter(fictitious=True)
    for contract in contracts:
        Access.objects.get_or_create(
            contract=contract,
            user=user,
            organisation=organisation,
            defaults={"level": account.level},
        )
