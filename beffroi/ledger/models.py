"""The ledger's tables. All of them are append-only, refused otherwise by the database.

A *heading* is what totals are kept by; a *key* is a heading for one operation; a *statement* says
what a key stands at from a date on; *entries* are the signed differences it makes; a *balance* is
the sum of a heading's entries over both times, kept by the posting itself.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from beffroi.contracts.vocabulary import Nature, Stage


class TaxBasis(models.TextChoices):
    UNKNOWN = "", "inconnue"
    EXCLUDED = "HT", "hors taxes"
    INCLUDED = "TTC", "toutes taxes comprises"


class Heading(models.Model):
    """A statement's key without its operation.

    ``contract`` is null for ordinary credit; ``node`` (the measure as the source charges it) is
    null where the source's objective is unknown; a source other than the funder makes a *claim*.
    ``agreed`` headings bear what both sides agreed to add to what the funder says: see
    :class:`Arbitration`.
    """

    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    node = models.ForeignKey(
        "contracts.Node", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    funder = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField("dispositif", max_length=60, blank=True)
    nature = models.CharField("nature", max_length=16, choices=Nature.choices)
    year = models.SmallIntegerField("année", null=True, blank=True)
    stage = models.CharField("stade", max_length=16, choices=Stage.choices)
    tax_basis = models.CharField(
        "assiette fiscale", max_length=8, choices=TaxBasis.choices, blank=True
    )
    agreed = models.BooleanField("convenu", default=False, db_default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "contract",
                    "node",
                    "source",
                    "funder",
                    "scheme",
                    "nature",
                    "year",
                    "stage",
                    "tax_basis",
                    "agreed",
                ],
                nulls_distinct=False,
                name="ledger_heading_once",
                violation_error_message="Cette rubrique existe déjà.",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values),
                name="ledger_heading_stage_known",
                violation_error_message="Le stade est inconnu.",
            ),
            models.CheckConstraint(
                condition=Q(nature__in=Nature.values),
                name="ledger_heading_nature_known",
                violation_error_message="La nature de crédit est inconnue.",
            ),
            models.CheckConstraint(
                condition=Q(
                    contract__isnull=False, nature__in=["contractual", "valued", "recovery"]
                )
                | Q(contract__isnull=True, nature="ordinary"),
                name="ledger_heading_ordinary_outside_contracts",
                violation_error_message="Le droit commun se tient hors de tout contrat.",
            ),
            models.CheckConstraint(
                condition=Q(node__isnull=True) | Q(contract__isnull=False),
                name="ledger_heading_measure_of_a_contract",
                violation_error_message="Une mesure appartient à un contrat.",
            ),
            models.CheckConstraint(
                condition=Q(agreed=False) | Q(source=models.F("funder")),
                name="ledger_heading_agreed_on_the_funders_money",
                violation_error_message="On convient d'un montant avec celui dont c'est l'argent.",
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__range=(1980, 2100)),
                name="ledger_heading_year_plausible",
                violation_error_message="L'année doit être comprise entre 1980 et 2100.",
            ),
        ]


class Key(models.Model):
    """A heading for one operation, or for none (contracted amounts, lump sums).

    When what is known of an operation's lines changes (two operations are found to be one, or the
    contrary), its key is closed, silent from then on, and the next ``generation`` takes over: see
    :mod:`beffroi.ledger.moving`.
    """

    heading = models.ForeignKey(
        Heading, on_delete=models.PROTECT, related_name="keys", db_index=False
    )
    operation = models.ForeignKey(
        "operations.Operation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    generation = models.PositiveSmallIntegerField("génération", default=0, db_default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["heading", "operation", "generation"],
                nulls_distinct=False,
                name="ledger_key_once",
                violation_error_message="Cette clé existe déjà.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["heading"], condition=Q(generation__gt=0), name="ledger_key_reopened"
            ),
        ]


class StatementKind(models.TextChoices):
    SAID = "said", "Déclaré"
    REMOVED = "removed", "Absent d'une remontée complète"
    RETIRED = "retired", "Remplacé par une déclaration d'une autre forme"
    AGREED = "agreed", "Convenu : ce qui s'ajoute à la déclaration du financeur"


class Statement(models.Model):
    """What a source says of a key from ``effective_on`` on: a cumulative amount, in cents.

    ``unread`` counts the cells that could not be read (they count for nothing in ``cents``). What
    is ``agreed`` is a difference: where it settles cells not read, it takes them off.
    """

    key = models.ForeignKey(
        Key, on_delete=models.PROTECT, related_name="statements", db_index=False
    )
    effective_on = models.DateField("situation au")
    posting = models.ForeignKey("journal.Posting", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=StatementKind.choices)
    cents = models.BigIntegerField("montant (centimes)")
    unread = models.IntegerField("cellules non lues", default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "effective_on", "posting"],
                name="ledger_statement_once",
                violation_error_message="Une remontée dit une fois chaque chose.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=StatementKind.values),
                name="ledger_statement_kind_known",
                violation_error_message="Ce genre de déclaration est inconnu.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["said", "agreed"]) | Q(cents=0, unread=0),
                name="ledger_statement_silence_is_empty",
                violation_error_message="Une déclaration retirée ne porte pas de montant.",
            ),
            models.CheckConstraint(
                condition=Q(unread__gte=0) | Q(kind="agreed"),
                name="ledger_statement_unread_counted",
                violation_error_message="Le nombre de cellules non lues est positif ou nul.",
            ),
        ]


class Evidence(models.Model):
    """The cell a statement was read in (one row a cell), or the line of a contract's file.

    ``reference`` is that of the cell's line: how its partner names the operation.
    """

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="evidence")
    file = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sheet = models.CharField("feuille", max_length=120, blank=True)
    cell = models.CharField("cellule", max_length=120)
    cents = models.BigIntegerField("lu (centimes)", null=True)
    shown = models.CharField("écrit dans la cellule", max_length=120, blank=True)
    reference = models.ForeignKey(
        "operations.Reference",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(cell=""),
                name="ledger_evidence_located",
                violation_error_message="Une pièce dit où elle se lit.",
            ),
        ]


class Coverage(models.Model):
    """What a complete return covers: of this money, what it does not hold stands at zero.

    ``file`` proves the absence.
    """

    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    funder = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField("stade", max_length=16, choices=Stage.choices)
    effective_on = models.DateField("situation au")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    posting = models.ForeignKey("journal.Posting", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "source", "funder", "stage"],
                name="ledger_coverage_once",
                violation_error_message="Une remontée complète couvre une fois chaque stade.",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values),
                name="ledger_coverage_stage_known",
                violation_error_message="Le stade est inconnu.",
            ),
        ]


class Part(models.Model):
    """A posting that is one service's part of what a source says: it is posted with the cells that
    the other parts hold on the same money. Its own are those of ``file``."""

    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey("partners.Service", on_delete=models.PROTECT, related_name="+")
    effective_on = models.DateField("situation au")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    posting = models.ForeignKey("journal.Posting", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "source"],
                name="ledger_part_once",
                violation_error_message="Une écriture est la part d'un seul service.",
            ),
        ]


class Arbitration(models.Model):
    """The figure that who states and whose money it is agreed on, for an operation and a stage.

    ``cents`` stands for the funder's figure from ``effective_on`` on, until the funder speaks
    again; its statements are left as they are, and the difference is posted beside them.
    ``evidence_kind`` and ``evidence`` name what settled it, in a room above.
    """

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="+")
    operation = models.ForeignKey(
        "operations.Operation", on_delete=models.PROTECT, related_name="+"
    )
    funder = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField("stade", max_length=16, choices=Stage.choices)
    nature = models.CharField("nature", max_length=16, choices=Nature.choices)
    effective_on = models.DateField("situation au")
    cents = models.BigIntegerField("montant convenu (centimes)")
    settles = models.ManyToManyField(Statement, through="Settled", related_name="+")
    evidence_kind = models.CharField("pièce", max_length=40)
    evidence = models.BigIntegerField("numéro de la pièce")
    posting = models.ForeignKey("journal.Posting", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "operation", "funder", "stage", "nature"],
                name="ledger_arbitration_once",
                violation_error_message="On convient d'un seul montant pour un même argent.",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values) & Q(nature__in=Nature.values),
                name="ledger_arbitration_labels_known",
                violation_error_message="Le stade ou la nature de crédit est inconnu.",
            ),
        ]


class Settled(models.Model):
    """A statement that an arbitration settles: the funder's, or the claim."""

    arbitration = models.ForeignKey(Arbitration, on_delete=models.PROTECT, related_name="+")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["arbitration", "statement"],
                name="ledger_settled_once",
                violation_error_message="Un accord règle une fois chaque déclaration.",
            ),
        ]


class Charge(models.Model):
    """A person's decision: what a funding line is charged to, where several contracts hold it.

    To one contract, or to several, each for its :class:`ChargeShare`; to none, the line goes back
    to the rule (:mod:`beffroi.ledger.overlap`). Each decision names the one it ``replaces``: two
    made at once cannot both stand.
    """

    operation = models.ForeignKey(
        "operations.Operation", on_delete=models.PROTECT, related_name="+"
    )
    funder = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField("dispositif", max_length=60, blank=True)
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField("raison")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    posting = models.ForeignKey("journal.Posting", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "funder", "scheme", "replaces"],
                nulls_distinct=False,
                name="ledger_charge_one_contract",
                violation_error_message="Quelqu'un vient de décider de cette ligne : relisez avant "
                "de décider à votre tour.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="ledger_charge_with_reason",
                violation_error_message="Dites pourquoi cette ligne est imputée ainsi.",
            ),
        ]


class ChargeShare(models.Model):
    """A contract that a line is charged to. ``weight`` is its part of the sum of the weights."""

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="shares")
    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="+")
    weight = models.BigIntegerField("part")

    class Meta:
        ordering = ["contract_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["charge", "contract"],
                name="ledger_chargeshare_once",
                violation_error_message="Un contrat n'a qu'une part d'une ligne.",
            ),
            models.CheckConstraint(
                condition=Q(weight__gt=0),
                name="ledger_chargeshare_positive",
                violation_error_message="La part d'un contrat est plus grande que zéro.",
            ),
        ]


class Entry(models.Model):
    """A signed difference: what a posting changes in a key's position from ``effective_on`` on.

    For every key, the sum of its entries with ``effective_on`` ≤ D and posting number ≤ K is its
    position at (D, K): cents, unread cells, and whether something is said (1 or 0).
    """

    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="entries", db_index=False)
    heading = models.ForeignKey(Heading, on_delete=models.PROTECT, related_name="entries")
    effective_on = models.DateField("situation au")
    posting = models.ForeignKey("journal.Posting", on_delete=models.PROTECT, related_name="+")
    cents = models.BigIntegerField("écart (centimes)")
    unread = models.IntegerField(default=0)
    said = models.SmallIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "effective_on", "posting"],
                name="ledger_entry_once",
                violation_error_message="Une écriture change une fois chaque position.",
            ),
            models.CheckConstraint(
                condition=~Q(cents=0, unread=0, said=0),
                name="ledger_entry_changes_something",
                violation_error_message="Une écriture change quelque chose.",
            ),
        ]


class Balance(models.Model):
    """The position of a heading at a date, as known after a posting: sums over both times.

    To read a heading at (D, K): the row of the latest date ≤ D that has a number ≤ K, and there the
    highest such number. Every posting writes, for each heading it touches, all the heading's dates
    from the first it changes.
    """

    pk = models.CompositePrimaryKey("heading", "effective_on", "number")
    heading = models.ForeignKey(
        Heading, on_delete=models.PROTECT, related_name="balances", db_index=False
    )
    effective_on = models.DateField("situation au")
    number = models.BigIntegerField("numéro d'écriture")
    cents = models.BigIntegerField("cumul (centimes)")
    unread = models.BigIntegerField(default=0)
    said = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["heading_id", "effective_on", "number"]
