"""Long work as people see it: one row a job, that drives its progress bar."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


class JobState(models.TextChoices):
    QUEUED = "queued", "en attente"
    RUNNING = "running", "en cours"
    DONE = "done", "terminée"
    FAILED = "failed", "échouée"
    CANCELLED = "cancelled", "annulée"


ACTIVE = (JobState.QUEUED, JobState.RUNNING)

INTERRUPTED = gettext_noop(
    "Le serveur s'est arrêté plusieurs fois pendant ce travail. Rien n'est perdu ni fait à "
    "moitié : recommencez, et si cela se reproduit, prévenez qui tient le serveur."
)


class Job(models.Model):
    """One piece of long work on one target, asked for by somebody: the single truth of where it is.

    ``target_kind`` and ``target_id`` name a row of a room above. ``done`` of ``total`` counts the
    steps of the current ``phase``; ``alive_at`` is the last step told. ``sentence`` is what is said
    at the end, in French; nothing where the work went well, or failed without anybody knowing why.
    """

    kind = models.CharField("nature", max_length=60)
    target_kind = models.CharField(max_length=40)
    target_id = models.BigIntegerField()
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField("état", max_length=10, choices=JobState.choices, default="queued")
    phase = models.CharField("phase", max_length=20, blank=True)
    done = models.PositiveIntegerField("fait", default=0)
    total = models.PositiveIntegerField("à faire", null=True, blank=True)
    sentence = models.TextField("issue", blank=True)
    attempts = models.PositiveSmallIntegerField("tentatives", default=0)
    cancel_asked_at = models.DateTimeField("annulation demandée le", null=True, blank=True)
    created_at = models.DateTimeField("demandée le", db_default=Now())
    started_at = models.DateTimeField("commencée le", null=True, blank=True)
    alive_at = models.DateTimeField("dernier signe de vie", null=True, blank=True)
    ended_at = models.DateTimeField("finie le", null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=JobState.values),
                name="jobs_job_state_known",
                violation_error_message="L'état de la tâche est inconnu.",
            ),
            models.UniqueConstraint(
                fields=["target_kind", "target_id"],
                condition=Q(state__in=["queued", "running"]),
                name="jobs_job_one_active_per_target",
                violation_error_message="Ce travail est déjà en cours : attendez qu'il finisse.",
            ),
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(done__lte=F("total")),
                name="jobs_job_done_within_total",
                violation_error_message="Une tâche ne fait pas plus que ce qu'elle a à faire.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"]) ^ Q(ended_at__isnull=False),
                name="jobs_job_ended_when_over",
                violation_error_message="Une tâche finie porte l'heure de sa fin.",
            ),
        ]
        indexes = [models.Index(fields=["target_kind", "target_id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_kind} {self.target_id}"

    @property
    def outcome(self) -> str:
        """What people are told at the end, in their language; an unexpected failure by its number,
        which is the job's own."""
        if self.sentence:
            return _(self.sentence)
        if self.state != JobState.FAILED:
            return ""
        return _(
            "Une erreur imprévue a arrêté ce travail (échec n° %(number)s). Rien n'est fait à "
            "moitié : recommencez, et si cela se reproduit, donnez ce numéro à qui tient le "
            "serveur."
        ) % {"number": self.pk}

    @property
    def is_active(self) -> bool:
        """Whether it waits for a worker, or has one."""
        return self.state in ACTIVE
