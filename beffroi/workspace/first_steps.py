"""What a contract that begins still lacks, each step ticked by what the database holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from beffroi.contracts.abilities import CONTRIBUTE, MANAGE
from beffroi.contracts.models import Access, Contract, Node, Participation
from beffroi.contracts.pages.frame import Page
from beffroi.contracts.vocabulary import Role
from beffroi.returns.models import Campaign, Delivery, DeliveryState, Return

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``proof`` gives the rows that, were there one of the contract, show it done.

    ``address`` names a route that takes the contract's ``slug``; ``needs`` is the ability it asks.
    """

    rank: int
    key: str
    label: Text
    hint: Text
    proof: Callable[[], QuerySet]  # type: ignore[type-arg]
    address: str = ""
    action: Text = ""
    needs: str = MANAGE


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step as the page shows it; ``href`` is empty where it is done, or not theirs to do."""

    label: Text
    hint: Text
    status: str
    href: str = ""
    action: Text = ""


_steps: dict[str, Step] = {}


def register_step(step: Step) -> None:
    """Add a step; a room calls this from its ``AppConfig.ready``."""
    _steps[step.key] = step


def first_steps(page: Page) -> list[StepShown]:
    """The steps of a contract in order, with what is done, in one question.

    None once a return was submitted: figures then speak for themselves.
    """
    steps = sorted(_steps.values(), key=lambda step: step.rank)
    done = (
        Contract.objects.filter(pk=page.contract.pk)
        .values_list(*(Exists(_of_the_contract(step.proof())) for step in [*steps, SUBMITTED]))
        .get()
    )
    if done[-1]:
        return []
    return [_shown(page, step, is_done) for step, is_done in zip(steps, done[:-1], strict=True)]


def _of_the_contract(rows: QuerySet) -> QuerySet:  # type: ignore[type-arg]
    return rows.filter(contract=OuterRef("pk"))


def _shown(page: Page, step: Step, is_done: bool) -> StepShown:
    if is_done:
        return StepShown(step.label, step.hint, "done")
    theirs = step.address and step.needs in page.rights.can
    href = reverse(step.address, args=[page.contract.slug]) if theirs else ""
    return StepShown(step.label, step.hint, "waiting", href, step.action)


SUBMITTED = Step(
    50,
    "submitted",
    gettext_lazy("Une première remontée est soumise"),
    gettext_lazy("Un aperçu montre au centime ce qu'elle change ; soumettre l'inscrit."),
    lambda: Return.objects.all(),
    "returns:list",
    gettext_lazy("Voir les remontées"),
    CONTRIBUTE,
)
STEPS = [
    Step(
        10,
        "programme",
        gettext_lazy("Le programme est connu"),
        gettext_lazy("Ses axes et ses objectifs : les lignes des classeurs s'y rangent."),
        lambda: Node.objects.all(),
        "workspace:programme",
        gettext_lazy("Écrire le programme"),
    ),
    Step(
        15,
        "parties",
        gettext_lazy("Les signataires sont nommés"),
        gettext_lazy("Chacun déclare ses propres chiffres, que personne d'autre ne corrige."),
        lambda: Participation.objects.filter(role=Role.SIGNATORY),
        "workspace:signatories",
        gettext_lazy("Nommer les signataires"),
    ),
    Step(
        30,
        "workbook",
        gettext_lazy("Un premier classeur est déposé"),
        gettext_lazy("Tel que le partenaire le tient : XLSX, XLS, ODS ou CSV, sans modèle imposé."),
        lambda: Delivery.objects.all(),
        "returns:deposit",
        gettext_lazy("Déposer un classeur"),
        CONTRIBUTE,
    ),
    Step(
        40,
        "read",
        gettext_lazy("Ses colonnes et ses lignes sont reconnues"),
        gettext_lazy("Ce qui est douteux est demandé une fois, puis retenu pour la suite."),
        lambda: Delivery.objects.filter(
            state__in=[DeliveryState.MATCHING, DeliveryState.READY, DeliveryState.SUBMITTED]
        ),
        "returns:list",
        gettext_lazy("Voir les remontées"),
        CONTRIBUTE,
    ),
    SUBMITTED,
    Step(
        60,
        "people",
        gettext_lazy("D'autres personnes y ont accès"),
        gettext_lazy(
            "Qui administre le serveur leur ouvre le contrat par la commande beffroi account."
        ),
        lambda: Access.objects.all(),
    ),
    Step(
        70,
        "campaign",
        gettext_lazy("Une campagne de remontées est préparée"),
        gettext_lazy("Qui doit envoyer quoi, pour quand : les rappels partent seuls."),
        lambda: Campaign.objects.all(),
        "returns:campaign-new",
        gettext_lazy("Préparer une campagne"),
    ),
]
