"""What a contract that begins still lacks, each step ticked by what the database holds."""

from __future__ import annotations

from collections.abc import Callable, Set
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

    ``address`` names a route that takes the contract's ``slug``; ``needs`` is the ability it asks,
    ``after`` the step without which it can do nothing. ``{slug}`` in a hint is the contract's.
    """

    rank: int
    key: str
    label: Text
    hint: Text
    proof: Callable[[], QuerySet]  # type: ignore[type-arg]
    address: str = ""
    action: Text = ""
    needs: str = MANAGE
    after: str = ""


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step as the page shows it; ``href`` is empty where it is done, or not theirs to do."""

    label: Text
    hint: str
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
    kept = {step.key for step, is_done in zip(steps, done[:-1], strict=True) if is_done}
    return [_shown(page, step, kept) for step in steps]


def _of_the_contract(rows: QuerySet) -> QuerySet:  # type: ignore[type-arg]
    return rows.filter(contract=OuterRef("pk"))


def _of_somebody_else() -> QuerySet[Access]:
    """Accesses that came after somebody else's."""
    before = Access.objects.filter(contract=OuterRef("contract"), pk__lt=OuterRef("pk"))
    return Access.objects.filter(Exists(before.exclude(user=OuterRef("user"))))


def _shown(page: Page, step: Step, done: Set[str]) -> StepShown:
    hint = str(step.hint).format(slug=page.contract.slug)
    if step.key in done:
        return StepShown(step.label, hint, "done")
    theirs = step.address and step.needs in page.rights.can and {step.after} <= {"", *done}
    href = reverse(step.address, args=[page.contract.slug]) if theirs else ""
    return StepShown(step.label, hint, "waiting", href, step.action)


SUBMITTED = Step(
    50,
    "submitted",
    gettext_lazy("Une première remontée est soumise"),
    gettext_lazy("Un aperçu montre au centime ce qu'elle change ; soumettre l'inscrit."),
    Return.objects.all,
    "returns:list",
    gettext_lazy("Voir les remontées"),
    CONTRIBUTE,
    after="read",
)
STEPS = [
    Step(
        10,
        "programme",
        gettext_lazy("Le programme est connu"),
        gettext_lazy("Ses axes et ses objectifs : les lignes des classeurs s'y rangent."),
        Node.objects.all,
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
        Delivery.objects.all,
        "returns:deposit",
        gettext_lazy("Déposer un classeur"),
        CONTRIBUTE,
        after="parties",
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
        after="workbook",
    ),
    SUBMITTED,
    Step(
        60,
        "people",
        gettext_lazy("D'autres personnes y ont accès"),
        gettext_lazy(
            "Sur le serveur : beffroi account COURRIEL --access {slug}:reader ; ou {slug}:manager, "
            "ou {slug}:contributor:ORGANISATION."
        ),
        _of_somebody_else,
    ),
    Step(
        70,
        "campaign",
        gettext_lazy("Une campagne de remontées est préparée"),
        gettext_lazy("Qui doit envoyer quoi, pour quand : les rappels partent seuls."),
        Campaign.objects.all,
        "returns:campaign-new",
        gettext_lazy("Préparer une campagne"),
        after="parties",
    ),
]
