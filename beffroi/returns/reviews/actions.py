"""Accepting a return, querying its cells, answering. Nothing here changes a figure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from beffroi.accounts.models import User
from beffroi.returns.actors import Actor
from beffroi.returns.models import Acceptance, Query, QueryMessage, Return
from beffroi.returns.models.reviews import LONGEST_MESSAGE
from beffroi.returns.reading.workbook import UnreadableFile
from beffroi.returns.reviews import telling
from beffroi.returns.reviews.abilities import (
    ACCEPT,
    ANSWER,
    CLOSE,
    QUERY,
    WITHDRAW,
    abilities,
    speaks_for_partner,
)
from beffroi.returns.reviews.standing import Standing, standing_now
from beffroi.returns.sheets import kept_workbook, position_of
from beffroi.server.constraints import sentence_of

#: First half of the advisory lock by which what is said of one return queues up: accepting asks
#: that no query be open, and querying that it be not accepted.
REVIEW_LOCK = 0x52455657  # "REVW"
LONGEST_NOTE = 500


class ReviewRefused(Exception):
    """It cannot be said of the return: one sentence tells why. Nothing was written."""


def accept(actor: Actor, submitted: Return, note: str = "") -> Acceptance:
    """Take a return as it stands. Raises :class:`ReviewRefused`."""
    note = _noted(note)
    with _reviewing(submitted) as standing:
        _refuse_unless(ACCEPT, actor, submitted, standing)
        acceptance = Acceptance.objects.create(
            submitted=submitted, note=note, author=_signed_in(actor)
        )
        telling.accepted(acceptance, actor)
    return acceptance


def withdraw(actor: Actor, submitted: Return, reason: str) -> Acceptance:
    """Take an acceptance back, with a reason. Raises :class:`ReviewRefused`."""
    reason = _noted(reason)
    if not reason:
        raise ReviewRefused(_("Revenir sur une acceptation se justifie : écrivez pourquoi."))
    with _reviewing(submitted) as standing:
        _refuse_unless(WITHDRAW, actor, submitted, standing)
        acceptance = Acceptance.objects.create(
            submitted=submitted, accepted=False, note=reason, author=_signed_in(actor)
        )
        telling.withdrawn(acceptance, actor)
    return acceptance


def open_query(actor: Actor, submitted: Return, *, sheet: str, cell: str, text: str) -> Query:
    """Ask something about one cell. Raises :class:`ReviewRefused`, also where somebody just did."""
    text = _worded(text)
    _refuse_no_cell(submitted, sheet, cell)
    try:
        with _reviewing(submitted) as standing:
            _refuse_unless(QUERY, actor, submitted, standing)
            query = Query.objects.create(
                submitted=submitted, sheet=sheet, cell=cell, author=_signed_in(actor)
            )
            _write(actor, query, text)
            telling.queried(query, actor)
    except IntegrityError as error:
        raise ReviewRefused(sentence_of(error) or str(error)) from error
    return query


def answer(actor: Actor, query: Query, text: str) -> QueryMessage:
    """Write in a thread, from either side. The same words twice in a row are written once.

    Raises :class:`ReviewRefused`.
    """
    text = _worded(text)
    with _reviewing(query.submitted) as standing:
        _refuse_closed(query)
        _refuse_unless(ANSWER, actor, query.submitted, standing)
        last = query.messages.order_by("-pk").first()
        if last and (last.text, last.author_name) == (text, actor.name):
            return last
        message = _write(actor, query, text)
        telling.answered(message, actor)
    return message


def close(actor: Actor, query: Query, text: str = "") -> None:
    """Close a thread, with a last word where one is given. Raises :class:`ReviewRefused`."""
    text = _worded(text) if text.strip() else ""
    with _reviewing(query.submitted) as standing:
        _refuse_closed(query)
        _refuse_unless(CLOSE, actor, query.submitted, standing)
        if text:
            telling.answered(_write(actor, query, text), actor)
        Query.objects.filter(pk=query.pk).update(closed_at=Now(), closed_by=_signed_in(actor))


@contextmanager
def _reviewing(submitted: Return) -> Iterator[Standing]:
    """One transaction under the lock of a return, that begins by reading where it stands."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
                [REVIEW_LOCK, str(submitted.pk)],
            )
        yield standing_now(submitted)


def _write(actor: Actor, query: Query, text: str) -> QueryMessage:
    return QueryMessage.objects.create(
        query=query,
        author=actor.user,
        author_name=actor.name,
        from_partner=speaks_for_partner(actor, query.submitted),
        text=text,
    )


def _signed_in(actor: Actor) -> User:
    """Who acts: no ability to review is ever given to whoever holds a link."""
    assert actor.user is not None
    return actor.user


def _refuse_unless(ability: str, actor: Actor, submitted: Return, standing: Standing) -> None:
    if ability not in abilities(actor, submitted, standing):
        raise ReviewRefused(_why_not(ability, standing))


def _why_not(ability: str, standing: Standing) -> str:
    if standing.superseded_by and ability in {ACCEPT, QUERY}:
        return _("Une remontée plus récente a pris la place de celle-ci : c'est elle qui se relit.")
    if standing.is_accepted and ability == ACCEPT:
        return _("Cette remontée est déjà acceptée, par %(name)s.") % {"name": standing.accepted_by}
    if standing.is_accepted and ability == QUERY:
        return _(
            "Cette remontée vient d'être acceptée, par %(name)s : revenez sur l'acceptation avant "
            "de poser une question."
        ) % {"name": standing.accepted_by}
    if standing.open_queries and ability == ACCEPT:
        return _("Des questions sont ouvertes sur cette remontée : closez-les avant d'accepter.")
    if not standing.is_accepted and ability == WITHDRAW:
        return _("Cette remontée n'est pas acceptée : il n'y a rien sur quoi revenir.")
    return _("Vos droits ne le permettent pas.")


def _refuse_closed(query: Query) -> None:
    query.refresh_from_db(fields=["closed_at"])
    if query.closed_at is not None:
        raise ReviewRefused(_("Cette question vient d'être close : ouvrez-en une autre au besoin."))


def _refuse_no_cell(submitted: Return, sheet: str, cell: str) -> None:
    """A query is on a cell that its file has."""
    position = position_of(cell)
    try:
        workbook = kept_workbook(submitted.file_id, submitted.file.name)
    except UnreadableFile as error:
        raise ReviewRefused(str(error)) from error
    found = next((each for each in workbook.sheets if each.name == sheet), None)
    if found is None:
        raise ReviewRefused(
            _("La feuille « %(sheet)s » n'est pas dans le fichier.") % {"sheet": sheet[:60]}
        )
    width = max(map(len, found.rows), default=0)
    if position is None or position[0] >= len(found.rows) or position[1] >= width:
        raise ReviewRefused(
            _("« %(cell)s » n'est pas une cellule de cette feuille : écrivez par exemple H12.")
            % {"cell": cell[:20]}
        )


def _worded(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise ReviewRefused(_("Écrivez votre message : il est vide."))
    if len(text) > LONGEST_MESSAGE:
        raise ReviewRefused(
            _("Ce message a %(length)s caractères : %(most)s au plus, raccourcissez-le.")
            % {"length": len(text), "most": LONGEST_MESSAGE}
        )
    return text


def _noted(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > LONGEST_NOTE:
        raise ReviewRefused(
            _("Cette précision a %(length)s caractères : %(most)s au plus, raccourcissez-la.")
            % {"length": len(text), "most": LONGEST_NOTE}
        )
    return text
