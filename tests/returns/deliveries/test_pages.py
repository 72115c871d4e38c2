"""The pages of deliveries: who sees what, and what a wrong input is told."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from beffroi.accounts.models import User
from beffroi.contracts.models import Access
from beffroi.partners.models import Organisation
from beffroi.returns.deliveries.actions import submit
from beffroi.returns.models import Campaign, Delivery, LineMatch, Request, Return
from beffroi.returns.reading.workbook import LIMITS
from tests.returns.deliveries.desk import FIRST, SECOND, Desk, line, workbook

CONTENT = workbook(line("A1", "10"), line("A2", "20"))


def client_of(desk: Desk, level: str = "manager", partner: str = "") -> Client:
    """Somebody signed in, with that right on the contract."""
    client = Client()
    if level == "manager":
        client.force_login(desk.user)
        return client
    user = User.objects.create_user(f"{level}-{partner}@exemple.fr", "x" * 14)
    if level != "nobody":
        whose = Organisation.objects.get(slug=partner) if partner else None
        Access.objects.create(contract=desk.contract, user=user, level=level, organisation=whose)
    client.force_login(user)
    return client


def address(name: str, **arguments: Any) -> str:
    return reverse(f"returns:{name}", kwargs={"slug": "demo-cper", **arguments})


def sent(desk: Desk, content: bytes = CONTENT, name: str = "suivi.csv", **more: Any) -> dict:
    """The form, filled in."""
    file = SimpleUploadedFile(name, content)
    return {"whose": str(desk.partner.pk), "on": FIRST.isoformat(), "file": file, **more}


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_workbook_is_handed_in_and_the_page_answers_at_once(desk: Desk) -> None:
    client = client_of(desk)
    answer = client.post(address("deposit"), sent(desk), follow=True)
    delivery = Delivery.objects.get()
    assert answer.redirect_chain == [(address("delivery", number=delivery.pk), 302)]
    assert (delivery.state, delivery.sender, delivery.file_name) == (
        "received",
        desk.user,
        "suivi.csv",
    )
    assert "<progress" in text_of(answer)
    kept = client.get(address("delivery-file", number=delivery.pk))
    assert b"".join(kept.streaming_content) == CONTENT
    assert 'filename="suivi.csv"' in kept["Content-Disposition"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"on": "2999-01-01"}, "le 01/01/2999 est à venir"),
        ({"on": "hier"}, "date valide"),
        ({"file": ""}, "Choisissez un fichier"),
        ({"file": SimpleUploadedFile("vide.csv", b"")}, "Ce fichier est vide"),
        ({"whose": "999999"}, "choix valide"),
        ({"whose": "1:2:3"}, "choix valide"),
    ],
)
def test_a_wrong_form_is_told_why_and_writes_nothing(
    desk: Desk, changes: dict[str, Any], sentence: str
) -> None:
    answer = client_of(desk).post(address("deposit"), sent(desk, **changes))
    assert answer.status_code == 422
    assert sentence in text_of(answer).replace("&#x27;", "'")
    assert not Delivery.objects.exists()


def test_a_file_too_large_is_refused_before_it_is_kept(desk: Desk, settings: Any) -> None:
    assert LIMITS.file_bytes == settings.LARGEST_UPLOAD
    settings.LARGEST_UPLOAD = 2_000_000
    answer = client_of(desk).post(address("deposit"), sent(desk, b"x" * 3_000_000))
    assert (answer.status_code, "dépasse 2 Mo" in text_of(answer)) == (422, True)
    assert not settings.FILES_ROOT.exists()
    assert f'value="{FIRST.isoformat()}"' in text_of(answer), "the rest of the form is kept"


def test_a_second_workbook_for_the_same_date_leads_to_the_first(desk: Desk) -> None:
    client = client_of(desk)
    client.post(address("deposit"), sent(desk))
    answer = client.post(address("deposit"), sent(desk, CONTENT + b"\n"))
    assert answer.status_code == 422
    assert address("delivery", number=Delivery.objects.get().pk) in text_of(answer)


def test_a_name_is_only_a_name(desk: Desk) -> None:
    client_of(desk).post(address("deposit"), sent(desk, name="../../etc/<b>pass</b>.csv"))
    delivery = Delivery.objects.get()
    assert "/" not in delivery.file_name
    page = client_of(desk).get(address("delivery", number=delivery.pk))
    assert "<b>" not in text_of(page)


def test_a_contributor_hands_in_for_its_organisation_alone(desk: Desk) -> None:
    client = client_of(desk, "contributor", "cd59")
    north = Organisation.objects.get(slug="cd59")
    form = client.get(address("deposit"))
    assert str(north) in text_of(form)
    assert str(desk.partner) not in text_of(form)
    assert client.post(address("deposit"), sent(desk)).status_code == 422
    client.post(address("deposit"), sent(desk, whose=str(north.pk)))
    assert Delivery.objects.get().partner == north


@pytest.mark.parametrize(
    ("level", "partner", "draft", "posted", "acts"),
    [
        ("manager", "", 200, 200, 302),
        ("contributor", "cd62", 200, 200, 302),
        ("contributor", "cd59", 404, 200, 404),
        ("reader", "", 404, 200, 404),
        ("nobody", "", 404, 404, 404),
    ],
)
def test_who_sees_what(
    desk: Desk, level: str, partner: str, draft: int, posted: int, acts: int
) -> None:
    submitted = desk.submitted(desk.read(CONTENT))
    waiting = desk.read(CONTENT, SECOND)
    match = LineMatch.objects.filter(delivery=waiting)[0]
    client = client_of(desk, level, partner)
    for delivery, expected in ((waiting, draft), (submitted, posted)):
        pages = ("delivery", "delivery-file", "delivery-operations", "delivery-preview")
        for name in pages:
            answer = client.get(address(name, number=delivery.pk))
            assert answer.status_code == expected, name
            answer.close()
    question = address("delivery-operation", number=waiting.pk, match=match.pk)
    assert client.get(question).status_code == draft
    listed = client.get(address("list"))
    assert ("En cours de dépôt" in text_of(listed)) == (draft == 200)
    act = address("delivery-act", number=waiting.pk)
    assert client.post(act, {"action": "withdraw"}).status_code == acts
    waiting.refresh_from_db()
    assert waiting.state == ("withdrawn" if acts == 302 else "ready")


def test_readers_do_not_act_on_what_they_may_see(desk: Desk) -> None:
    submitted = desk.submitted(desk.read(CONTENT))
    client = client_of(desk, "reader")
    act = address("delivery-act", number=submitted.pk)
    assert client.post(act, {"action": "withdraw"}).status_code == 403
    assert client.get(address("deposit")).status_code == 403


def test_looking_writes_nothing(desk: Desk) -> None:
    delivery = desk.read(CONTENT)
    client = client_of(desk)
    for name in ("delivery-act", "delivery-all-new"):
        assert client.get(address(name, number=delivery.pk)).status_code == 302
    delivery.refresh_from_db()
    assert delivery.state == "ready"


def test_an_unknown_action_does_nothing(desk: Desk) -> None:
    delivery = desk.read(CONTENT)
    act = address("delivery-act", number=delivery.pk)
    assert client_of(desk).post(act, {"action": "détruire"}).status_code == 302
    delivery.refresh_from_db()
    assert delivery.state == "ready"


def test_a_refusal_is_told_on_the_page(desk: Desk) -> None:
    delivery = desk.read(workbook(line("A1", "dix")))
    act = address("delivery-act", number=delivery.pk)
    answer = client_of(desk).post(act, {"action": "submit"}, follow=True)
    assert "Regardez les erreurs relevées" in text_of(answer)
    answer = client_of(desk).post(act, {"action": "submit", "seen": "on"}, follow=True)
    assert "Soumission de la remontée" in text_of(answer)
    again = client_of(desk).post(act, {"action": "submit", "seen": "on"}, follow=True)
    assert "Un travail est en cours" in text_of(again)


def test_progress_is_asked_for_by_scripts_and_ends_by_a_fresh_page(desk: Desk) -> None:
    delivery = desk.hand_in(CONTENT)
    client = client_of(desk)
    progress = address("delivery-progress", number=delivery.pk)
    assert client.get(progress).status_code == 302
    part = client.get(progress, headers={"HX-Request": "true"})
    assert "<progress" in text_of(part)
    assert "<html" not in text_of(part)
    desk.worked(delivery)
    over = client.get(progress, headers={"HX-Request": "true"})
    assert over["HX-Refresh"] == "true"


def test_answers_that_make_no_sense_are_told_so(desk: Desk) -> None:
    delivery = desk.read(CONTENT)
    match = LineMatch.objects.filter(delivery=delivery)[0]
    question = address("delivery-operation", number=delivery.pk, match=match.pk)
    client = client_of(desk)
    for wrong in ("", "abc", "9" * 30, "-1", "²"):
        answer = client.post(question, {"operation": wrong}, follow=True)
        assert "Choisissez une opération" in text_of(answer), wrong
    answer = client.post(question, {"operation": "123456789"}, follow=True)
    assert "pas de ce contrat" in text_of(answer).replace("&#x27;", "'")
    missing = address("delivery-operation", number=delivery.pk, match=match.pk + 99)
    assert client.get(missing).status_code == 404


def test_the_list_says_which_return_counts(desk: Desk) -> None:
    roads, culture = (desk.partner.services.create(name=name) for name in ("Routes", "Culture"))
    desk.submitted(desk.read(workbook(line("A1", "1"))))
    desk.submitted(desk.read(workbook(line("A1", "2"))))
    desk.submitted(desk.read(workbook(line("A1", "3")), SECOND, service=roads))
    desk.submitted(desk.read(workbook(line("A1", "4")), SECOND, service=culture))
    desk.submitted(desk.read(workbook(line("A1", "5")), SECOND, service=roads))
    table = client_of(desk).get(address("list")).context["posted"]
    state = [(row.cell("partner").value, row.cell("counts").value) for row in table.rows]
    name = str(desk.partner)
    assert state == [
        (f"{name}, Routes", "en vigueur"),
        (f"{name}, Culture", "en vigueur"),
        (f"{name}, Routes", "remplacée"),
        (name, "en vigueur"),
        (name, "remplacée"),
    ]


def test_a_workbook_answers_the_request_of_an_open_campaign(desk: Desk) -> None:
    campaign = Campaign.objects.create(
        contract=desk.contract,
        title="Fin 2023",
        effective_on=FIRST,
        opens_on=FIRST,
        due_on=FIRST + datetime.timedelta(days=60),
    )
    asked = Request.objects.create(campaign=campaign, partner=desk.partner)
    client = client_of(desk)
    assert f'value="{FIRST.isoformat()}"' in text_of(client.get(address("deposit")))
    client.post(address("deposit"), sent(desk))
    assert Delivery.objects.get().request == asked
    fixed = client.get(address("deposit") + f"?demande={asked.pk}")
    assert 'name="whose"' not in text_of(fixed)
    assert client.get(address("deposit") + "?demande=999").status_code == 404


def test_what_is_submitted_by_one_is_said_to_be(desk: Desk) -> None:
    delivery = desk.read(CONTENT)
    submit(delivery, desk.actor, errors_seen=True)
    desk.worked(delivery)
    page = text_of(client_of(desk).get(address("delivery", number=delivery.pk)))
    assert "par L&#x27;équipe" in page
    assert Return.objects.get().posting.user == desk.user
