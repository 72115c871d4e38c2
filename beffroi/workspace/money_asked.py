"""Which money of a contract an address asks for: axis, funder, nature of credit, tax basis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import BadRequest
from django.db.models import F, Q
from django.utils.translation import gettext as _

from beffroi.contracts.pages.frame import Page
from beffroi.contracts.tree import TreeNode
from beffroi.contracts.vocabulary import Nature
from beffroi.ledger.models import Heading, TaxBasis
from beffroi.partners.models import Organisation
from beffroi.workspace.figure_labels import UNKNOWN_BASIS

AXIS, FUNDER, STAGE, NATURE = "axe", "financeur", "stade", "nature"


def funders_of(page: Page) -> dict[str, str]:
    """Those whose money it may be, by slug: the parties, and whoever speaks of its own money."""
    speaking = Heading.objects.filter(contract=page.contract, source=F("funder"))
    party = Q(participations__contract=page.contract)
    wanted = party | Q(pk__in=speaking.values("funder"))
    return {each.slug: str(each) for each in Organisation.objects.filter(wanted).distinct()}


def bases_of(page: Page) -> dict[str, str]:
    """The tax bases of which the contract's money is said: amounts on two are never added."""
    said = Heading.objects.filter(contract=page.contract, source=F("funder"))
    found = sorted(set(said.values_list("tax_basis", flat=True))) or [TaxBasis.UNKNOWN.value]
    return {basis or UNKNOWN_BASIS: TaxBasis(basis).label for basis in found}


def axes_of(nodes: Sequence[TreeNode]) -> list[tuple[str, str]]:
    """The axes of a tree that have a code, as a list offers them."""
    axes = (node for node in nodes if node.depth == 0 and node.code)
    return [(node.code, f"{node.code} {node.title}") for node in axes]


def natures_offered() -> list[tuple[str, str]]:
    """The natures of a contract's money; ordinary credit belongs to none."""
    return [(nature.value, str(nature.label)) for nature in Nature if nature != Nature.ORDINARY]


def nature_asked(text: str) -> str:
    """A nature of credit, contractual where none is named. Raises ``BadRequest``."""
    nature = text or Nature.CONTRACTUAL.value
    if nature not in Nature.values:
        raise BadRequest(_("La nature « %(nature)s » est inconnue.") % {"nature": nature[:40]})
    return nature


def basis_asked(text: str) -> str:
    """A tax basis as the ledger writes it. Raises ``BadRequest``."""
    basis = "" if text == UNKNOWN_BASIS else text
    if basis not in TaxBasis.values:
        raise BadRequest(_("L'assiette « %(basis)s » est inconnue.") % {"basis": basis[:40]})
    return basis


def funder_asked(slug: str, funders: Mapping[str, str]) -> str:
    """A funder among those there are; empty where none is named. Raises ``BadRequest``."""
    if slug and slug not in funders:
        raise BadRequest(_("Le financeur « %(slug)s » est inconnu ici.") % {"slug": slug[:60]})
    return slug


def nodes_under(nodes: Sequence[TreeNode], axis: str) -> set[int] | None:
    """The nodes of an axis; ``None`` where none is named. Raises ``BadRequest``."""
    if not axis:
        return None
    found = {node.id for node in nodes if node.axis == axis}
    if not found:
        raise BadRequest(_("L'axe « %(axis)s » n'est pas dans le programme.") % {"axis": axis[:40]})
    return found
