"""The demonstration: a fictitious contract with two rounds of returns, and ordinary credit."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from beffroi.accounts.actions import ensure_user
from beffroi.accounts.models import User
from beffroi.cli.demonstrated_agreements import agree
from beffroi.cli.demonstrated_library import furnish
from beffroi.cli.demonstrated_plans import plan
from beffroi.contracts.models import Access, Contract
from beffroi.contracts.reference import FOLDER, contract_files
from beffroi.contracts.vocabulary import AccessLevel
from beffroi.framework.loading import load_contract_file, load_reference
from beffroi.ledger.models import Key
from beffroi.library.loading import load_articles
from beffroi.operations.actions import join
from beffroi.operations.models import Operation
from beffroi.partners.models import Organisation
from beffroi.portal.actions import publish_reference
from beffroi.reconciliation.actions import co_leads, propose, validate
from beffroi.reconciliation.models import SignOff
from beffroi.returns.actions import import_ordinary, import_return
from beffroi.returns.actors import signed_in
from beffroi.returns.campaigns.actions import Terms, add_recipient, excuse, prepare_campaign
from beffroi.returns.links import address_of, make_link
from beffroi.returns.models import DepositLink, Query, Return
from beffroi.returns.queries import is_taken
from beffroi.returns.reviews.actions import accept, answer, open_query

DEMO = FOLDER / "demo"
DEMO_CONTRACTS = {"demo-cper", "demo-fonds"}
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
    administers: bool = False


ACCOUNTS = (
    DemoAccount(
        "pilote@demo.example",
        "Pilote (démo)",
        AccessLevel.MANAGER,
        "pilote les contrats, en crée",
        administers=True,
    ),
    DemoAccount(
        "nord@demo.example",
        "Contribution Nord (démo)",
        AccessLevel.CONTRIBUTOR,
        "contribue pour le Nord",
        organisation="cd59",
    ),
    DemoAccount(
        "etat@demo.example",
        "Copilote État (démo)",
        AccessLevel.MANAGER,
        "copilote la démonstration pour l'État",
        organisation="etat",
    ),
    DemoAccount(
        "region@demo.example",
        "Copilote Région (démo)",
        AccessLevel.MANAGER,
        "copilote la démonstration pour la Région",
        organisation="region-hdf",
    ),
    DemoAccount(
        "amiens@demo.example",
        "Contribution Amiens Métropole (démo)",
        AccessLevel.CONTRIBUTOR,
        "contribue pour Amiens Métropole",
        organisation="caam",
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
SIGNED = ("Comité de suivi fictif du printemps 2024", "Comité de suivi fictif du printemps 2025")
FUND_OBJECTIVE = "II.5"
ASKED = [*(partner for _, partner in RETURNS), "cd80", "cd02", "cd60"]
BY_LINK = ("cd80", "somme@demo.example")
EXCUSED = "cd60"
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
    _joint_fund(contract, say)
    for file, on in NATIONAL:
        if not is_taken(ORDINARY / file, None, on):
            imported = import_ordinary(ORDINARY / file, region="32", on=on)
            say(f"Droit commun (réel), au {on:%d/%m/%Y} : {imported.sentence}")
    load_articles()
    for known in _shown():
        publish_reference(known)
    for account in ACCOUNTS:
        _open(account)
    _sign(contract)
    link = _campaign(contract)
    say(f"Lien de dépôt du département de la Somme (fictif) : {address_of(link)}")
    _review(contract)
    state, region, city = (User.objects.get(email=account.email) for account in ACCOUNTS[2:5])
    agree(contract, ROUNDS["returns-2024"], state=state, region=region, city=city)
    team = User.objects.get(email=ACCOUNTS[0].email)
    plan(contract, team, timezone.localdate())
    furnish(contract, team)
    return ACCOUNTS


def _shown() -> QuerySet[Contract]:
    """The contracts that come with the project; one that somebody began is theirs to open."""
    files = {path.stem for path in contract_files()}
    return Contract.objects.filter(slug__in=files | DEMO_CONTRACTS)


def _joint_fund(contract: Contract, say: Callable[[str], None]) -> None:
    """A second contract inside the first: operations that count in both, told by the State in the
    workbook of each."""
    fund = load_contract_file(DEMO / "joint-fund.yaml").loaded.contract
    path, on = DEMO / "joint-fund" / "etat_sgar.xlsx", ROUNDS["returns-2024"]
    if is_taken(path, fund, on):
        return
    shared = Key.objects.filter(
        heading__contract=contract, heading__node__versions__code=FUND_OBJECTIVE
    )
    join(
        list(Operation.objects.filter(pk__in=shared.values("operation"))),
        fund,
        reason="Opérations du fonds conjoint, inscrites au contrat (fictif)",
        since=on.replace(month=1, day=1),
    )
    imported = import_return(path, contract=fund, partner_slug="etat", on=on)
    say(f"  Fonds conjoint (fictif), au {on:%d/%m/%Y} : {imported.sentence}")


def _sign(contract: Contract) -> None:
    """The figures of the first round, signed by both sides; those of the second, proposed."""
    if SignOff.objects.filter(contract=contract).exists():
        return
    team = User.objects.get(email=ACCOUNTS[0].email)
    first, second = (
        propose(contract, name=name, au=on, author=team)
        for name, on in zip(SIGNED, ROUNDS.values(), strict=True)
    )
    for organisation in co_leads(contract):
        signer = User.objects.get(
            accesses__contract=contract,
            accesses__organisation=organisation,
            accesses__level=AccessLevel.MANAGER,
        )
        validate(first, organisation, signer, agrees=True)
        if organisation.slug == "etat":
            validate(second, organisation, signer, agrees=True)


def _campaign(contract: Contract) -> DepositLink:
    """A campaign under way: most have sent, one is late, one is excused, and one answers by a link,
    which is given. Nobody is written to, now or later.
    """
    on, today = ROUNDS["returns-2024"], timezone.localdate()
    held = DepositLink.objects.filter(request__campaign__contract=contract, address=BY_LINK[1])
    if (link := held.first()) is not None:
        return link
    team = User.objects.get(email=ACCOUNTS[0].email)
    asked = Organisation.objects.filter(slug__in=ASKED).order_by("sort_key")
    terms = Terms(
        title=f"Remontées au {on:%d/%m/%Y} (fictif)",
        effective_on=on,
        due_on=today - datetime.timedelta(days=5),
        message=(
            "Campagne de démonstration, entièrement fictive : elle montre où en est chaque "
            "partenaire, et n'écrit à personne d'elle-même."
        ),
    )
    campaign = prepare_campaign(contract, terms, [(each, None) for each in asked], team)
    requests = {request.partner.slug: request for request in campaign.requests.all()}
    add_recipient(requests[BY_LINK[0]], BY_LINK[1], "Contribution Somme (démo)")
    campaign.opens_on = today - datetime.timedelta(days=40)
    campaign.save()
    excuse(requests[EXCUSED], "Pas d'opération à déclarer cette année (fictif)")
    return make_link(requests[BY_LINK[0]], address=BY_LINK[1], author=team)


def _review(contract: Contract) -> None:
    """The co-leads' first returns, each accepted by the other; two cells queried, one answered."""
    returns = {
        (submitted.partner.slug, submitted.effective_on): submitted
        for submitted in Return.objects.filter(contract=contract).select_related("partner")
    }
    if Query.objects.filter(submitted__in=returns.values()).exists():
        return
    team, nord, state, region = (
        signed_in(User.objects.get(email=account.email), contract) for account in ACCOUNTS[:4]
    )
    first, second = ROUNDS.values()
    accept(region, returns["etat", first], "Conforme au compte rendu fictif.")
    accept(state, returns["region-hdf", first])
    asked = open_query(
        team,
        returns["cd59", second],
        sheet="Participation CD59",
        cell="I49",
        text="Cette date n'est pas au calendrier : laquelle faut-il lire ?",
    )
    answer(nord, asked, "C'est une faute de frappe : nous corrigeons le classeur.")
    open_query(
        region,
        returns["etat", second],
        sheet="Suivi CPER",
        cell="H46",
        text="« à préciser » : le montant est-il connu depuis ?",
    )


def _open(account: DemoAccount) -> None:
    user = ensure_user(
        account.email,
        full_name=account.full_name,
        password=account.password,
        is_staff=account.administers,
    )
    organisation = Organisation.objects.filter(slug=account.organisation).first()
    contracts = _shown()
    if account.organisation:
        contracts = contracts.filter(fictitious=True)
    for contract in contracts:
        Access.objects.get_or_create(
            contract=contract,
            user=user,
            organisation=organisation,
            defaults={"level": account.level},
        )
