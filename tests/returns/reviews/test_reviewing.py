"""Accepting, querying, answering: each told in a sentence what cannot be; no figure changes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Sum

from beffroi.ledger.models import Entry
from beffroi.notices.enclosures import filled
from beffroi.notices.models import Notice
from beffroi.returns.links import revoke, secret_of
from beffroi.returns.models import Acceptance, Delivery, Query, QueryMessage
from beffroi.returns.reviews.actions import (
    ReviewRefused,
    accept,
    answer,
    close,
    open_query,
    withdraw,
)
from beffroi.returns.reviews.standing import standing_now, standings
from tests.returns.reviews.desk import Desk


def test_a_thread_from_its_query_to_its_end(desk: Desk) -> None:
    submitted = desk.submitted()
    team, partner = desk.actor(("manager", None)), desk.actor(("contributor", 0))
    before = Entry.objects.aggregate(Sum("cents"))
    query = open_query(team, submitted, sheet="", cell="C3", text="  Pourquoi 200,50 ?\r\n")
    assert standing_now(submitted).sentence == "1 question ouverte"
    answer(partner, query, "C'est le devis.")
    assert (standing_now(submitted).open_queries, standing_now(submitted).answered) == (1, 1)
    answer(team, query, "Merci.")
    assert standing_now(submitted).answered == 0
    close(team, query, "Vu.")
    said = query.messages.values_list("author_name", "from_partner", "text")
    assert list(said) == [
        ("Personne 1", False, "Pourquoi 200,50 ?"),
        ("Personne 2", True, "C'est le devis."),
        ("Personne 1", False, "Merci."),
        ("Personne 1", False, "Vu."),
    ]
    query.refresh_from_db()
    assert (query.closed_at is not None, query.closed_by) == (True, team.user)
    assert standing_now(submitted).status == "submitted"
    assert Entry.objects.aggregate(Sum("cents")) == before


def test_whoever_holds_a_link_answers_under_their_name(desk: Desk) -> None:
    submitted = desk.submitted()
    link = desk.by_link(submitted)
    query = open_query(desk.actor(("manager", 1)), submitted, sheet="", cell="C3", text="?")
    message = answer(link, query, "Voici.")
    assert (message.author, message.author_name) == (None, "marie@exemple.fr (Source 0)")
    assert message.from_partner


def test_accepting_and_going_back(desk: Desk) -> None:
    submitted = desk.submitted()
    team = desk.actor(("manager", None))
    accept(team, submitted, "Rien à redire.")
    standing = standing_now(submitted)
    assert (standing.status, standing.accepted_by, standing.note) == (
        "accepted",
        "Personne 1",
        "Rien à redire.",
    )
    with pytest.raises(ReviewRefused, match="déjà acceptée, par Personne 1"):
        accept(team, submitted)
    with pytest.raises(ReviewRefused, match="revenez sur l'acceptation"):
        open_query(team, submitted, sheet="", cell="C3", text="?")
    with pytest.raises(ReviewRefused, match="se justifie"):
        withdraw(team, submitted, "  ")
    withdraw(team, submitted, "Une ligne manque.")
    assert standing_now(submitted).status == "submitted"
    with pytest.raises(ReviewRefused, match="rien sur quoi revenir"):
        withdraw(team, submitted, "Encore.")
    assert Acceptance.objects.count() == 2, "both are kept"


def test_what_is_queried_is_not_accepted(desk: Desk) -> None:
    submitted = desk.submitted()
    team = desk.actor(("manager", None))
    query = open_query(team, submitted, sheet="", cell="C3", text="?")
    with pytest.raises(ReviewRefused, match="closez-les avant d'accepter"):
        accept(team, submitted)
    close(team, query)
    accept(team, submitted)
    assert standing_now(submitted).is_accepted


def test_one_open_query_a_cell(desk: Desk) -> None:
    submitted = desk.submitted()
    first, second = desk.actor(("manager", None)), desk.actor(("manager", 1))
    query = open_query(first, submitted, sheet="", cell="C3", text="?")
    with pytest.raises(ReviewRefused, match="Une question est déjà ouverte sur cette cellule"):
        open_query(second, submitted, sheet="", cell="C3", text="Autre ?")
    assert QueryMessage.objects.count() == 1
    close(first, query)
    open_query(second, submitted, sheet="", cell="C3", text="Autre ?")
    assert Query.objects.count() == 2


def test_two_clicks_write_once(desk: Desk) -> None:
    submitted = desk.submitted()
    team, partner = desk.actor(("manager", None)), desk.actor(("contributor", 0))
    query = open_query(team, submitted, sheet="", cell="C3", text="?")
    assert answer(partner, query, "Voici.") == answer(partner, query, "Voici.")
    assert query.messages.count() == 2
    close(team, query)
    with pytest.raises(ReviewRefused, match="vient d'être close"):
        close(team, query)
    with pytest.raises(ReviewRefused, match="vient d'être close"):
        answer(partner, query, "Trop tard.")


@pytest.mark.parametrize("cell", ["", "C", "3", "A0", "C99", "D3", "AAAA1", "c3", "C3 ", "C" * 50])
def test_a_query_is_on_a_cell_of_the_file(desk: Desk, cell: str) -> None:
    with pytest.raises(ReviewRefused, match="n'est pas une cellule de cette feuille"):
        open_query(desk.actor(("manager", None)), desk.submitted(), sheet="", cell=cell, text="?")


def test_a_sheet_that_is_not_there(desk: Desk) -> None:
    submitted = desk.submitted()
    with pytest.raises(ReviewRefused, match="« Feuille » n'est pas dans le fichier"):
        open_query(desk.actor(("manager", 1)), submitted, sheet="Feuille", cell="C3", text="?")


@pytest.mark.parametrize(("text", "why"), [("  \n", "vide"), ("x" * 4001, "4001 caractères")])
def test_messages_say_something_and_are_not_endless(desk: Desk, text: str, why: str) -> None:
    submitted = desk.submitted()
    with pytest.raises(ReviewRefused, match=why):
        open_query(desk.actor(("manager", 1)), submitted, sheet="", cell="C3", text=text)


def test_a_return_superseded(desk: Desk) -> None:
    first, other, second = desk.submitted(), desk.submitted(1), desk.submitted()
    team = desk.actor(("manager", None))
    for act in (lambda: accept(team, first), lambda: queried(desk, first)):
        with pytest.raises(ReviewRefused, match="Une remontée plus récente"):
            act()
    found = standings(desk.contract)
    assert (found[first.pk].superseded_by, found[first.pk].status) == (second.pk, "superseded")
    assert (found[second.pk].supersedes, found[second.pk].superseded_by) == (first.pk, None)
    assert (found[other.pk].supersedes, found[other.pk].superseded_by) == (None, None)


def queried(desk: Desk, submitted, cell: str = "C3") -> Query:  # type: ignore[no-untyped-def]
    return open_query(desk.actor(("manager", None)), submitted, sheet="", cell=cell, text="?")


def test_rights_are_asked_by_the_action_too(desk: Desk) -> None:
    submitted = desk.submitted()
    query = queried(desk, submitted)
    for actor in (desk.actor(("manager", 0)), desk.actor(("reader", None)), desk.actor()):
        with pytest.raises(ReviewRefused, match="Vos droits"):
            open_query(actor, submitted, sheet="", cell="C4", text="?")
        with pytest.raises(ReviewRefused, match="Vos droits"):
            close(actor, query)
    with pytest.raises(ReviewRefused, match="Vos droits"):
        answer(desk.actor(("reader", None)), query, "Non.")


def test_one_letter_a_person_and_a_day(desk: Desk) -> None:
    submitted = desk.submitted()
    team = desk.actor(("manager", None))
    contributor = desk.person(("contributor", 0))
    desk.person(("contributor", 1))
    desk.person(("reader", None))
    left = desk.person(("contributor", 0))
    left.is_active = False
    left.save()
    queries = [
        open_query(team, submitted, sheet="", cell=f"C{row}", text="?") for row in range(2, 12)
    ]
    (notice,) = Notice.objects.all()
    assert notice.user == contributor
    assert notice.link == f"/espace/contrats/monde/remontees/{submitted.pk}"
    assert "Source 0" in notice.subject
    assert "répondez sur la page" in notice.body
    from beffroi.returns.actors import signed_in

    partner = signed_in(contributor, desk.contract)
    for query in queries:
        answer(partner, query, "Voici.")
    assert Notice.objects.filter(user=team.user).count() == 1
    for query in queries:
        close(team, query)
    accept(team, submitted, "Tout est clair.")
    told = Notice.objects.filter(user=contributor).order_by("pk")
    assert [each.subject.split(" :")[0] for each in told] == [
        "Questions sur une remontée",
        "Remontée acceptée",
    ]
    assert "Tout est clair." in told[1].body


def test_who_sent_it_by_a_link_is_written_to_with_that_link(desk: Desk) -> None:
    submitted = desk.submitted()
    holder = desk.by_link(submitted)
    Delivery.objects.filter(posted=submitted).update(link=holder.link)
    team = desk.actor(("manager", None))
    query = open_query(team, submitted, sheet="", cell="C3", text="?")
    (notice,) = Notice.objects.all()
    assert (notice.address, notice.user, notice.link) == ("marie@exemple.fr", None, "")
    assert holder.link is not None
    secret = secret_of(holder.link)
    assert secret not in notice.body
    assert f"/depot/ouvrir/{secret}" in filled(notice.body, notice.enclosed)
    answer(holder, query, "Voici.")
    assert Notice.objects.filter(address="marie@exemple.fr").count() == 1
    close(team, query)
    revoke(holder.link)
    accept(team, submitted, "Tout est clair.")
    assert Notice.objects.filter(address="marie@exemple.fr").count() == 1


def test_the_lock_of_a_return_is_held_until_the_end(desk: Desk) -> None:
    submitted = desk.submitted()
    accept(desk.actor(("manager", None)), submitted)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [0x52455657],
        )
        assert cursor.fetchone()[0] == 1
