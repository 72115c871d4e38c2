"""Reading remarks: on one thing, or of a whole contract, each with its state, in one query."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, NullIf

from beffroi.accounts.models import User
from beffroi.contracts.models import Contract
from beffroi.remarks.models import Ending, Mention, Outcome, Remark

_ENDED = Outcome.objects.filter(remark=OuterRef("pk"))
_IS_RESOLVED = Exists(_ENDED.filter(ending=Ending.RESOLVED))
_IS_WITHDRAWN = Exists(_ENDED.filter(ending=Ending.WITHDRAWN))


def remarks_of(contract: Contract) -> QuerySet[Remark]:
    """The remarks of a contract with author, state and people told; the earliest first."""
    resolved = _ENDED.filter(ending=Ending.RESOLVED)
    told = Mention.objects.filter(remark=OuterRef("pk"))
    return (
        Remark.objects.filter(contract=contract)
        .select_related("author")
        .annotate(
            is_withdrawn=_IS_WITHDRAWN,
            resolved_at=Subquery(resolved.values("at")),
            resolved_by=Subquery(resolved.values(name=_called("author"))),
            told=ArraySubquery(told.values(name=_called("person"))),
        )
    )


def _called(who: str) -> Coalesce:
    """How somebody is named: by name, else by address."""
    name = NullIf(F(f"{who}__full_name"), Value(""))
    return Coalesce(name, F(f"{who}__email"), output_field=TextField())


def remarks_on(contract: Contract, kind: str, keys: Iterable[str]) -> list[Remark]:
    """What is remarked on one thing, whichever of these keys it had; the latest last."""
    return list(remarks_of(contract).filter(kind=kind, key__in=keys))


def still_open(remarks: QuerySet[Remark]) -> QuerySet[Remark]:
    """Those that nobody resolved or took back."""
    return remarks.filter(~_IS_WITHDRAWN, ~_IS_RESOLVED)


def resolved(remarks: QuerySet[Remark]) -> QuerySet[Remark]:
    """Those that somebody resolved, and that stand."""
    return remarks.filter(_IS_RESOLVED, ~_IS_WITHDRAWN)


def telling(remarks: QuerySet[Remark], person: User) -> QuerySet[Remark]:
    """Those that mention somebody."""
    return remarks.filter(Exists(Mention.objects.filter(remark=OuterRef("pk"), person=person)))


def open_first(remarks: QuerySet[Remark]) -> QuerySet[Remark]:
    """Open ones first, then those resolved, then those taken back; the latest first in each."""
    in_order = remarks.alias(last=_IS_WITHDRAWN, after=_IS_RESOLVED)
    return in_order.order_by("last", "after", "-pk")
