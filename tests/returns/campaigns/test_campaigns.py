"""Campaigns: prepared, opened, answered, reminded; over real SMTP."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any

import pytest

from beffroi.contracts.models import Access, Contract
from beffroi.notices.models import Notice
from beffroi.notices.sending import send_due
from beffroi.partners.models import Membership, Organisation, Service
from beffroi.returns.campaigns import actions
from beffroi.returns.campaigns.following import following_terms, months_after
from beffroi.returns.campaigns.progress import Progress, Tally, standing_of, standings
from beffroi.returns.campaigns.reminders import remind_as_planned, remind_now
from beffroi.returns.links import link_behind, revoke
from beffroi.returns.models import Acceptance, Campaign, DepositLink, Letter, Query, Recipient
from tests.notices.mail_server import MailServer, mailing
from tests.returns.campaigns.rounds import DUE, ON, OPENING, Round, day, make_round, person, terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def prepared() -> Round:
    return make_round()


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    settings.PUBLIC_URL = "https://beffroi.exemple"
    with mailing(settings) as server, server.up():
        yield server


def told() -> list[str]:
    """Who was written to since last asked."""
    send_due()
    found = sorted(Notice.objects.filter(seen_at=None).values_list("address", flat=True))
    Notice.objects.update(seen_at="2025-01-01T00:00:00Z")
    return found


def secret_in(text: str) -> str:
    found = re.findall(r"https://beffroi\.exemple/depot/ouvrir/(\S+)", text)
    assert len(found) == 1, text
    return str(found[0])


# Preparing and opening.


def test_those_who_contribute_are_recipients(prepared: Round) -> None:
    addresses = prepared.campaign.requests.values_list("partner__name", "recipients__address")
    assert dict(addresses) == {
        "Nord": "claire@nord.exemple",
        "Métropole de Lille": None,
        "Amiens": None,
    }


def test_nobody_is_written_to_before_it_opens(prepared: Round, server: MailServer) -> None:
    actions.add_recipient(prepared.lille, "paul@lille.exemple")
    assert remind_as_planned(day(0)) == 0
    assert told() == []


def test_opening_writes_to_each_with_what_to_do(prepared: Round, server: MailServer) -> None:
    actions.add_recipient(prepared.lille, "Paul@Lille.exemple", "Paul de Lille")
    assert prepared.open() == 2
    assert told() == ["claire@nord.exemple", "paul@lille.exemple"]
    to_claire = server.text_to("claire@nord.exemple")
    assert "Bonjour Claire du Nord," in to_claire
    assert "Merci de nous envoyer vos chiffres." in to_claire
    assert "Situation au 31/12/2024, pour Nord" in to_claire
    assert "au plus tard le 15/02/2025 (dans 26 jours)" in to_claire
    page = f"https://beffroi.exemple/espace/contrats/monde/campagnes/{prepared.campaign.pk}"
    assert page in to_claire
    assert "/depot/" not in to_claire, "who has an account signs in"
    assert "de la part de Pilote du contrat (Monde d'essai)" in to_claire
    assert "Ce contrat est fictif" in to_claire
    to_paul = server.text_to("paul@lille.exemple")
    assert "Bonjour Paul de Lille," in to_paul
    link = link_behind(secret_in(to_paul))
    assert link is not None
    assert (link.request, link.address) == (prepared.lille, "paul@lille.exemple")
    assert {mail["Reply-To"] for mail in server.received} == {"pilote@exemple.fr"}


def test_the_secret_of_a_link_is_in_no_table(prepared: Round, server: MailServer) -> None:
    actions.add_recipient(prepared.lille, "paul@lille.exemple")
    prepared.open()
    send_due()
    secret = secret_in(server.text_to("paul@lille.exemple"))
    rows = [*DepositLink.objects.values_list(), *Notice.objects.values_list()]
    assert secret not in str(rows)


def test_a_letter_is_in_the_language_of_who_reads_it(prepared: Round, server: MailServer) -> None:
    john = person("john@lille.exemple", full_name="John", language="en")
    Access.objects.create(
        contract=prepared.contract,
        user=john,
        level="contributor",
        organisation=prepared.lille.partner,
    )
    actions.add_recipient(prepared.lille, "john@lille.exemple")
    prepared.open()
    send_due()
    text = server.text_to("john@lille.exemple")
    assert "Hello John," in text
    assert "by 15 Feb 2025 (in 26 days)" in text
    assert not re.search(r"[éèà]", text.replace("Métropole", "").split("Merci")[-1][40:])


def test_it_opens_once(prepared: Round) -> None:
    prepared.open()
    with pytest.raises(actions.CampaignRefused, match="déjà ouverte"):
        prepared.open()


def test_it_does_not_open_too_late_nor_for_nobody(prepared: Round) -> None:
    with pytest.raises(actions.CampaignRefused, match="déjà passée"):
        prepared.open(day(1))
    for request in prepared.campaign.requests.all():
        actions.withdraw(request)
    with pytest.raises(actions.CampaignRefused, match="Personne n'est sollicité"):
        prepared.open()


def test_whoever_has_already_sent_is_not_asked(prepared: Round, server: MailServer) -> None:
    prepared.submit(prepared.nord, by_delivery=False)
    assert prepared.open() == 0


def test_a_recipient_added_later_is_written_to_at_once(prepared: Round, server: MailServer) -> None:
    prepared.open()
    told()
    actions.add_recipient(prepared.lille, "paul@lille.exemple")
    assert told() == ["paul@lille.exemple"]
    actions.add_recipient(prepared.lille, "paul@lille.exemple")
    assert told() == [], "again changes nothing"
    actions.add_recipient(prepared.amiens, "paul@lille.exemple")
    assert told() == ["paul@lille.exemple"], "another request is told too"


@pytest.mark.parametrize("address", ["", "paul", "paul@", "a@b c.fr", "x" * 250 + "@exemple.fr"])
def test_a_wrong_address_is_refused_in_a_sentence(prepared: Round, address: str) -> None:
    with pytest.raises(actions.CampaignRefused, match="n'est pas une adresse"):
        actions.add_recipient(prepared.nord, address)


# Reminding.


def test_reminders_leave_on_their_days_to_those_missing(
    prepared: Round, server: MailServer
) -> None:
    actions.add_recipient(prepared.lille, "paul@lille.exemple")
    actions.add_recipient(prepared.amiens, "anne@amiens.exemple")
    prepared.open()
    told()
    prepared.submit(prepared.nord)
    prepared.deliver(prepared.lille, "ready")
    actions.excuse(prepared.amiens, "Pas d'opération cette année")
    written = {}
    today = OPENING
    while today <= day(30):
        today += datetime.timedelta(days=1)
        if remind_as_planned(today):
            written[(today - DUE).days] = told()
    assert written == {offset: ["paul@lille.exemple"] for offset in (-15, -3, 1, 8)}
    last = server.received[-1].get_content()
    assert "Nous n'avons pas encore reçu ceci" in last
    assert "(il y a 8 jours)" in last


def test_a_reminder_whose_day_went_by_is_written_late_and_once(
    prepared: Round, server: MailServer
) -> None:
    prepared.open()
    told()
    assert remind_as_planned(day(-1)) == 1  # neither J-15 nor J-3 were: one mail for both
    assert remind_as_planned(day(-1)) == 0
    assert remind_as_planned(day(0)) == 0
    assert remind_as_planned(day(1)) == 1


def test_a_campaign_opened_late_reminds_of_no_day_before(
    prepared: Round, server: MailServer
) -> None:
    prepared.open(day(-2))
    assert remind_as_planned(day(-1)) == 0


def test_an_extension_moves_the_reminders(prepared: Round, server: MailServer) -> None:
    prepared.open()
    remind_as_planned(day(-3))
    actions.extend(prepared.nord, day(20), "Comptes arrêtés fin février")
    assert [remind_as_planned(day(offset)) for offset in (1, 5, 8, 17, 21)] == [0, 1, 0, 1, 1]
    with pytest.raises(actions.CampaignRefused, match="au-delà"):
        actions.extend(prepared.nord, DUE, "Plus tôt")
    with pytest.raises(actions.CampaignRefused, match="Dites pourquoi"):
        actions.extend(prepared.nord, day(30), "  ")


def test_one_mail_a_person_for_several_contracts(prepared: Round, server: MailServer) -> None:
    other = Contract.objects.create(slug="autre", name="Autre contrat", kind="cper")
    claire = prepared.nord.recipients.get()
    Access.objects.create(
        contract=other,
        user=person("x@exemple.fr"),
        level="contributor",
        organisation=prepared.nord.partner,
    )
    second = actions.prepare_campaign(
        other, terms(), [(prepared.nord.partner, None)], prepared.pilot
    )
    request = second.requests.get()
    request.recipients.all().delete()
    actions.add_recipient(request, claire.address)
    prepared.open()
    actions.open_campaign(second, prepared.pilot, OPENING)
    told()
    server.received.clear()
    assert remind_as_planned(day(-3)) == 1
    send_due()
    text = server.text_to("claire@nord.exemple")
    assert "Monde d'essai" in text
    assert "Autre contrat" in text
    assert "Rappel : 2 remontées attendues de vous" in server.subjects[0]
    assert secret_in(text), "no right on the other contract: by a link"
    assert "fictif" not in text.split("Monde d'essai")[0]


def test_reminding_by_hand_once_a_day(prepared: Round, server: MailServer) -> None:
    prepared.open()
    told()
    found = standings([prepared.campaign])
    assert remind_now(found, prepared.pilot, day(-20)) == 1
    assert remind_now(found, prepared.pilot, day(-20)) == 0
    assert remind_now(found, prepared.pilot, day(-19)) == 1
    letters = Letter.objects.filter(request=prepared.nord).order_by("on", "pk")
    assert [letter.kind for letter in letters] == ["opening", "asked", "asked"]
    assert remind_as_planned(day(-16)) == 0


def test_a_link_already_handed_is_reused(prepared: Round, server: MailServer) -> None:
    actions.add_recipient(prepared.lille, "paul@lille.exemple")
    prepared.open()
    send_due()
    first = secret_in(server.text_to("paul@lille.exemple"))
    server.received.clear()
    remind_as_planned(day(-3))
    send_due()
    assert secret_in(server.text_to("paul@lille.exemple")) == first
    revoke(prepared.lille.links.get())
    server.received.clear()
    remind_as_planned(day(1))
    send_due()
    second = secret_in(server.text_to("paul@lille.exemple"))
    assert second != first
    assert link_behind(first) is None


def test_closed_then_reopened(prepared: Round, server: MailServer) -> None:
    prepared.open()
    told()
    actions.close_campaign(prepared.campaign)
    assert remind_as_planned(day(-3)) == 0
    actions.reopen_campaign(prepared.campaign)
    assert remind_as_planned(day(-3)) == 1
    actions.close_campaign(prepared.campaign)
    actions.prepare_campaign(prepared.contract, terms(), [], prepared.pilot)
    with pytest.raises(actions.CampaignRefused, match="déjà ouverte"):
        actions.reopen_campaign(prepared.campaign)


def test_a_recipient_removed_hears_no_more_and_loses_their_link(
    prepared: Round, server: MailServer
) -> None:
    paul = actions.add_recipient(prepared.lille, "paul@lille.exemple")
    prepared.open()
    send_due()
    secret = secret_in(server.text_to("paul@lille.exemple"))
    actions.remove_recipient(paul)
    assert link_behind(secret) is None
    told()
    remind_as_planned(day(-3))
    assert told() == ["claire@nord.exemple"]


# Parts: services of one partner.


def test_the_parts_of_several_services(prepared: Round) -> None:
    partner = prepared.nord.partner
    roads = Service.objects.create(organisation=partner, name="Routes")
    culture = Service.objects.create(organisation=partner, name="Culture")
    luc = person("luc@nord.exemple")
    Access.objects.create(
        contract=prepared.contract, user=luc, level="contributor", organisation=partner
    )
    Membership.objects.create(user=luc, organisation=partner, service=roads)
    asked = actions.ask(prepared.campaign, partner, roads)
    other = actions.ask(prepared.campaign, partner, culture)
    assert [each.address for each in asked.recipients.all()] == ["luc@nord.exemple"]
    assert other.recipients.count() == 2, "nobody known there: all who contribute"
    prepared.submit(asked)
    assert standing_of(asked).progress == Progress.SUBMITTED
    assert standing_of(other).progress == Progress.WAITING
    assert standing_of(prepared.nord).progress == Progress.WAITING
    prepared.submit(prepared.nord, by_delivery=False)
    assert standing_of(prepared.nord).progress == Progress.SUBMITTED
    assert standing_of(other).progress == Progress.WAITING
    elsewhere = Service.objects.create(organisation=prepared.lille.partner, name="Voirie")
    with pytest.raises(actions.CampaignRefused, match="pas de ce partenaire"):
        actions.ask(prepared.campaign, partner, elsewhere)
    with pytest.raises(actions.CampaignRefused, match="déjà demandée"):
        actions.ask(prepared.campaign, partner, roads)


# Where each stands.


@pytest.mark.parametrize(
    ("state", "progress"),
    [
        ("received", "received"),
        ("refused", "unreadable"),
        ("layout", "asking"),
        ("matching", "asking"),
        ("ready", "ready"),
        ("withdrawn", "waiting"),
    ],
)
def test_how_far_a_delivery_has_come(prepared: Round, state: str, progress: str) -> None:
    prepared.deliver(prepared.nord, state, refusal="Illisible." if state == "refused" else "")
    standing = standing_of(prepared.nord)
    assert standing.progress == progress
    assert standing.missing
    assert standing.late(day(3)) == 3
    assert standing.late(day(0)) == 0


def test_from_submitted_to_accepted(prepared: Round) -> None:
    posted = prepared.submit(prepared.nord)
    assert standing_of(prepared.nord).progress == Progress.SUBMITTED
    Query.objects.create(submitted=posted, sheet="F", cell="H12", author=prepared.pilot)
    Query.objects.create(submitted=posted, sheet="F", cell="H13", author=prepared.pilot)
    standing = standing_of(prepared.nord)
    assert (standing.progress, standing.queries) == (Progress.QUERIED, 2)
    Query.objects.update(closed_at="2025-03-01T00:00:00Z", closed_by=prepared.pilot)
    Acceptance.objects.create(submitted=posted, author=prepared.pilot)
    assert standing_of(prepared.nord).progress == Progress.ACCEPTED
    Acceptance.objects.create(
        submitted=posted, author=prepared.pilot, accepted=False, note="Erreur"
    )
    assert standing_of(prepared.nord).progress == Progress.SUBMITTED
    prepared.deliver(prepared.nord, "ready")
    assert standing_of(prepared.nord).progress == Progress.SUBMITTED
    again = prepared.submit(prepared.nord, by_delivery=False)
    assert standing_of(prepared.nord).submitted == again, "the latest counts"


def test_a_tally(prepared: Round) -> None:
    prepared.submit(prepared.nord)
    actions.excuse(prepared.amiens, "Rien à dire")
    assert Tally.of(standings([prepared.campaign]), day(2)) == Tally(2, 1, 0, 1)
    assert Tally.of(standings([prepared.campaign]), day(0)) == Tally(2, 1, 0, 0)
    actions.ask_again(prepared.amiens)
    assert Tally.of(standings([prepared.campaign]), day(2)) == Tally(3, 1, 0, 2)


def test_standings_cost_two_queries(prepared: Round, django_assert_num_queries: Any) -> None:
    prepared.submit(prepared.nord)
    prepared.deliver(prepared.lille, "ready")
    campaign = Campaign.objects.get(pk=prepared.campaign.pk)
    with django_assert_num_queries(2):
        [(each.progress, each.late(day(9)), str(each.request)) for each in standings([campaign])]


# The next one.


def test_the_next_campaign_in_one_go(prepared: Round) -> None:
    actions.add_recipient(prepared.lille, "paul@lille.exemple", "Paul")
    following = actions.prepare_next(
        prepared.campaign, following_terms(prepared.campaign), prepared.pilot
    )
    assert following.opens_on is None
    assert following.title == "Remontées au 31/12/2025"
    assert following.effective_on == datetime.date(2025, 12, 31)
    assert following.due_on - following.effective_on == DUE - ON
    assert following.message == ""
    assert following.reminders == [-15, -3, 1, 8]
    assert set(following.requests.values_list("partner__name", "recipients__address")) == {
        ("Nord", "claire@nord.exemple"),
        ("Métropole de Lille", "paul@lille.exemple"),
        ("Amiens", None),
    }
    with pytest.raises(actions.CampaignRefused, match="déjà ouverte"):
        actions.prepare_next(prepared.campaign, following_terms(prepared.campaign), prepared.pilot)
    assert Campaign.objects.count() == 2


def test_the_next_date_keeps_the_rhythm(prepared: Round) -> None:
    half = actions.prepare_campaign(
        prepared.contract, terms(effective_on=datetime.date(2025, 6, 30)), [], prepared.pilot
    )
    assert following_terms(half).effective_on == datetime.date(2025, 12, 31)


@pytest.mark.parametrize(
    ("before", "months", "after"),
    [
        ("2024-12-31", 6, "2025-06-30"),
        ("2024-06-30", 6, "2024-12-31"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2023-02-28", 12, "2024-02-29"),
        ("2024-10-15", 3, "2025-01-15"),
        ("2024-12-30", 2, "2025-02-28"),
    ],
)
def test_months_after(before: str, months: int, after: str) -> None:
    given = datetime.date.fromisoformat(before)
    assert months_after(given, months) == datetime.date.fromisoformat(after)


# Changing.


def test_what_may_change_once_open(prepared: Round) -> None:
    prepared.open()
    campaign = Campaign.objects.get(pk=prepared.campaign.pk)
    actions.change_campaign(campaign, terms(due_on=day(30), reminders=(2, 2, -1)))
    campaign.refresh_from_db()
    assert (campaign.due_on, campaign.reminders) == (day(30), [-1, 2])
    with pytest.raises(actions.CampaignRefused, match="ne se change plus"):
        actions.change_campaign(campaign, terms(effective_on=day(0)))
    with pytest.raises(actions.CampaignRefused, match="L'échéance vient après"):
        actions.change_campaign(campaign, terms(due_on=OPENING - datetime.timedelta(days=1)))
    with pytest.raises(actions.CampaignRefused, match="Pas plus de"):
        actions.change_campaign(campaign, terms(reminders=tuple(range(20))))


def test_a_request_that_was_answered_is_not_withdrawn(prepared: Round) -> None:
    prepared.deliver(prepared.nord, "withdrawn")
    with pytest.raises(actions.CampaignRefused, match="dispensez-la"):
        actions.withdraw(prepared.nord)
    actions.withdraw(prepared.lille)
    assert prepared.campaign.requests.count() == 2


def test_what_changed_is_kept(prepared: Round) -> None:
    actions.extend(prepared.nord, day(20), "Comptes")
    actions.restore_due_date(prepared.nord)
    events = prepared.nord.events.order_by("pgh_id").values_list("due_on", "due_reason")
    assert list(events) == [(None, ""), (day(20), "Comptes"), (None, "")]


def test_the_people_of_other_partners_are_not_recipients(prepared: Round) -> None:
    assert Recipient.objects.count() == 1
    assert Organisation.objects.count() == 3
