"""One delivery: where it stands, what was read, what comes next, and what one may do with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from beffroi.contracts.vocabulary import Stage
from beffroi.files.answers import kept_file
from beffroi.jobs import actions as jobs
from beffroi.jobs.models import Job
from beffroi.jobs.progress import JobShown, shown
from beffroi.returns.actors import DEPOSIT
from beffroi.returns.deliveries import actions
from beffroi.returns.deliveries.actions import TARGET, DeliveryRefused, judged_of
from beffroi.returns.models import OPEN, Delivery, DeliveryState, LineMatch
from beffroi.returns.pages.desk import Desk, desk_action, desk_page
from beffroi.returns.reviews.standing import standing_now
from beffroi.ui import figures
from beffroi.ui.components import Fact, Link
from beffroi.ui.figures import Unit


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a delivery, as the list above its page shows it."""

    label: str
    standing: str
    href: str = ""


STEPS: Sequence[tuple[str, frozenset[str]]] = (
    ("read", frozenset({DeliveryState.RECEIVED, DeliveryState.REFUSED})),
    ("layout", frozenset({DeliveryState.LAYOUT})),
    ("operations", frozenset({DeliveryState.MATCHING})),
    ("preview", frozenset({DeliveryState.READY})),
    ("submitted", frozenset({DeliveryState.SUBMITTED})),
)
"""The steps in order, and the states in which a delivery is at each."""


@desk_page
def delivery(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Where the delivery stands."""
    found = desk.delivery(number)
    may_act = DEPOSIT in desk.actor.abilities(found)
    job = last_job(found)
    asked = _read_findings(found)
    context = desk.context(trail_of(desk, found)) | {
        "delivery": found,
        "heading": heading_of(found),
        "facts": _facts(desk, found),
        "steps": steps_of(desk, found),
        "following": shown(job) if job and job.is_active else None,
        "follow": desk.address("delivery-progress", number=number),
        "job": job,
        "may_act": may_act,
        "is_open": found.state in OPEN,
        "may_withdraw": may_act and found.state in {*OPEN, DeliveryState.REFUSED},
        "read": _what_was_read(found),
        "judged": judged_of(found),
        "act": desk.address("delivery-act", number=number),
        "asked": asked,
        "deposit": desk.address("deposit"),
        "layout": desk.address("delivery-layout", number=number),
        "operations": desk.address("delivery-operations", number=number),
        "standing": standing_now(found.posted) if found.posted else None,
        "returned": desk.address("return", number=found.posted_id) if found.posted else "",
        "preview": desk.address("delivery-preview", number=number),
    }
    return render(request, "returns/delivery.html", context)


@desk_page
def progress(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """The progress of its job alone, for scripts; the whole page again once it is over."""
    found = desk.delivery(number)
    if not request.headers.get("HX-Request"):
        return redirect(desk.address("delivery", number=number))
    job = last_job(found)
    if job is None or not job.is_active:
        over = HttpResponse(status=200)
        over["HX-Refresh"] = "true"
        return over
    following: JobShown = shown(job)
    context = {
        "following": following,
        "follow": desk.address("delivery-progress", number=number),
    }
    return render(request, "jobs/progress.html", context)


@desk_page
def file(request: HttpRequest, desk: Desk, number: int) -> FileResponse:
    """The workbook as it came."""
    found = desk.delivery(number)
    return kept_file(found.file_id, found.file_name, media_type=None)


@desk_action
def act(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """What ``action`` says, done to the delivery, on POST."""
    found = desk.delivery(number, DEPOSIT)
    action = ACTIONS.get(request.POST.get("action", ""))
    if action is not None:
        try:
            action(request, desk, found)
        except DeliveryRefused as refusal:
            messages.error(request, str(refusal))
    return redirect(desk.address("delivery", number=number))


def _withdraw(request: HttpRequest, desk: Desk, found: Delivery) -> None:
    actions.withdraw(found)
    messages.success(request, _("Dépôt retiré : rien n'en est inscrit, le fichier reste gardé."))


def _cancel(request: HttpRequest, desk: Desk, found: Delivery) -> None:
    job = last_job(found)
    if job is None or not jobs.cancel(job):
        messages.info(request, _("Ce travail venait de finir : il n'y a plus rien à annuler."))


def _again(request: HttpRequest, desk: Desk, found: Delivery) -> None:
    if found.state == DeliveryState.MATCHING:
        actions.prepare(found, desk.actor)
    else:
        actions.read_again(found, desk.actor)


def _submit(request: HttpRequest, desk: Desk, found: Delivery) -> None:
    actions.submit(found, desk.actor, errors_seen="seen" in request.POST)


ACTIONS: dict[str, Callable[[HttpRequest, Desk, Delivery], None]] = {
    "withdraw": _withdraw,
    "cancel": _cancel,
    "again": _again,
    "submit": _submit,
}


def last_job(found: Delivery) -> Job | None:
    """The last work asked for on a delivery."""
    return Job.objects.filter(target_kind=TARGET, target_id=found.pk).order_by("-pk").first()


def heading_of(found: Delivery) -> str:
    """Whose word it is, of which date."""
    who = f"{found.partner}, {found.service}" if found.service else str(found.partner)
    return _("%(who)s, au %(day)s") % {"who": who, "day": figures.day(found.effective_on)}


def trail_of(desk: Desk, found: Delivery, *more: Link) -> list[Link]:
    """Where the pages of a delivery stand."""
    above = [Link(_("Remontées"), desk.address("list"))] if desk.page else []
    href = desk.address("delivery", number=found.pk) if more else ""
    return [*above, Link(heading_of(found), href), *more]


def steps_of(desk: Desk, found: Delivery, here: str = "") -> list[Step]:
    """The steps of a delivery, those that can be opened with their address."""
    labels = {
        "read": _("Lecture"),
        "layout": _("Mise en page"),
        "operations": _("Opérations"),
        "preview": _("Aperçu"),
        "submitted": _("Soumission"),
    }
    at = next((rank for rank, (_name, states) in enumerate(STEPS) if found.state in states), -1)
    opens = {"read": desk.address("delivery", number=found.pk)}
    if found.state == DeliveryState.LAYOUT:
        opens["layout"] = desk.address("delivery-layout", number=found.pk)
    if found.state in {DeliveryState.MATCHING, DeliveryState.READY, DeliveryState.SUBMITTED}:
        opens["operations"] = desk.address("delivery-operations", number=found.pk)
    if found.state in {DeliveryState.READY, DeliveryState.SUBMITTED}:
        opens["preview"] = desk.address("delivery-preview", number=found.pk)
    return [
        Step(
            labels[name],
            "done" if rank < at else "current" if rank == at else "next",
            opens.get(name, "") if name != here else "",
        )
        for rank, (name, _states) in enumerate(STEPS)
    ]


def _read_findings(found: Delivery) -> int:
    """Read the findings, and how many questions wait for an answer: one query for both."""
    asked = Count("matches", filter=Q(matches__standing=LineMatch.Standing.ASKED))
    whole = Delivery.objects.filter(pk=found.pk).annotate(asked=asked)
    found.findings, waiting = whole.values_list("findings", "asked").get()
    return int(waiting)


def _facts(desk: Desk, found: Delivery) -> list[Fact]:
    received = timezone.localtime(found.received_at)
    facts = [
        Fact(_("Classeur"), found.file_name, href=desk.address("delivery-file", number=found.pk)),
        Fact(
            _("Déposé"),
            _("par %(who)s, le %(day)s à %(time)s")
            % {
                "who": found.sender_name or _("quelqu'un"),
                "day": figures.day(received.date()),
                "time": f"{received:%H:%M}",
            },
        ),
    ]
    if found.complete:
        facts.append(Fact(_("Remontée"), _("complète : ce qui n'y est plus vaudra zéro")))
    if found.layout_name:
        facts.append(Fact(_("Mise en page"), found.layout_name))
    if found.submitted_at:
        at = timezone.localtime(found.submitted_at)
        facts.append(
            Fact(
                _("Soumise"),
                _("par %(who)s, le %(day)s à %(time)s")
                % {
                    "who": found.submitter_name or _("quelqu'un"),
                    "day": figures.day(at.date()),
                    "time": f"{at:%H:%M}",
                },
            )
        )
    return facts


def _what_was_read(found: Delivery) -> list[Fact]:
    """Lines, amounts by stage and cells that could not be read, in order of stages."""
    summary: dict[str, Any] = found.summary
    if "rows" not in summary:
        return []
    facts = [Fact(_("Lignes lues"), figures.integer(summary["rows"]))]
    for stage in Stage:
        if stage.value in summary["sums"]:
            unread = summary["unread"].get(stage.value, 0)
            facts.append(
                Fact(
                    str(stage.label).capitalize(),
                    figures.money(summary["sums"][stage.value], Unit.EURO),
                    note=figures.unread(unread) if unread else "",
                )
            )
    if summary["set_aside"]:
        facts.append(
            Fact(
                _("Lignes écartées"),
                figures.integer(summary["set_aside"]),
                note=_("titres, totaux, notes, doublons"),
            )
        )
    return facts
