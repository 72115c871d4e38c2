"""Writing remarks, telling those they name, resolving them, taking them back."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from beffroi.accounts.models import User
from beffroi.contracts.abilities import CONTRIBUTE, abilities, who_sees
from beffroi.contracts.models import Contract
from beffroi.contracts.pages.situation import Situation
from beffroi.remarks.mentions import named_in
from beffroi.remarks.models import LONGEST_LABEL, LONGEST_TEXT, Ending, Mention, Outcome, Remark
from beffroi.remarks.subjects import subject_named
from beffroi.remarks.telling import mentioned
from beffroi.server.constraints import sentence_of


class RemarkRefused(Exception):
    """It cannot be written: one sentence says why. Nothing was."""


def write(
    contract: Contract,
    subject: str,
    situation: Situation,
    text: str,
    by: User,
    *,
    told: Collection[int] = (),
) -> Remark:
    """Remark something on a subject, and tell those whom the text or ``told`` (ids) names.

    Only people who have access to the contract are told, the author aside; an id of anybody else
    is refused in the same words as one that does not exist. Raises :class:`RemarkRefused`.
    """
    _refuse_unless_contributor(by, contract)
    text = _worded(text)
    with override("fr"):  # what is kept is read by everybody
        found = subject_named(subject, contract, situation)
    if found is None:
        raise RemarkRefused(_("Ce sur quoi porte la remarque n'est pas dans ce contrat."))
    people = list(who_sees(contract).exclude(pk=by.pk))
    if not set(told) <= {person.pk for person in people}:
        raise RemarkRefused(_("On ne prévient que des personnes qui ont accès à ce contrat."))
    named = [person for person in people if person.pk in told or person in named_in(text, people)]
    with transaction.atomic():
        remark = Remark.objects.create(
            contract=contract,
            kind=found.kind,
            key=found.key,
            label=found.label[:LONGEST_LABEL],
            au=situation.au,
            connu=situation.connu,
            text=text,
            author=by,
        )
        Mention.objects.bulk_create(Mention(remark=remark, person=person) for person in named)
        mentioned(remark, named)
    return remark


def resolve(remark: Remark, by: User) -> None:
    """Say that a remark is dealt with. Raises :class:`RemarkRefused`, also where it just was."""
    _refuse_unless_contributor(by, remark.contract)
    if remark.outcomes.filter(ending=Ending.WITHDRAWN).exists():
        raise RemarkRefused(_("Cette remarque est retirée : il n'y a rien à résoudre."))
    _end(remark, Ending.RESOLVED, by)


def withdraw(remark: Remark, by: User) -> None:
    """Take back a remark of one's own: it stays, said withdrawn, and its text is shown no more.

    Raises :class:`RemarkRefused`.
    """
    _refuse_unless_contributor(by, remark.contract)
    if remark.author_id != by.pk:
        raise RemarkRefused(_("Chacun ne retire que ses propres remarques."))
    _end(remark, Ending.WITHDRAWN, by)


def _end(remark: Remark, ending: Ending, by: User) -> None:
    try:
        with transaction.atomic():
            Outcome.objects.create(remark=remark, ending=ending, author=by)
    except IntegrityError as error:
        raise RemarkRefused(sentence_of(error) or str(error)) from error


def _refuse_unless_contributor(by: User, contract: Contract) -> None:
    if CONTRIBUTE not in abilities(by, contract):
        raise RemarkRefused(_("Vos droits ne le permettent pas."))


def _worded(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise RemarkRefused(_("Écrivez votre remarque : elle est vide."))
    if "\0" in text:
        raise RemarkRefused(_("Cette remarque porte un caractère nul : retirez-le."))
    if len(text) > LONGEST_TEXT:
        raise RemarkRefused(
            _("Cette remarque a %(length)s caractères : %(most)s au plus, raccourcissez-la.")
            % {"length": len(text), "most": LONGEST_TEXT}
        )
    return text
