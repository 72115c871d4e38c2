"""Returns: campaigns, workbooks handed in, layouts, what is posted, what is said of it."""

from beffroi.returns.models.campaigns import Campaign, DepositLink, Letter, Recipient, Request
from beffroi.returns.models.checking import RuleSeverity, Waiver
from beffroi.returns.models.deliveries import OPEN, Delivery, DeliveryState, LineMatch
from beffroi.returns.models.layouts import LayoutDraft, StoredLayout
from beffroi.returns.models.returns import Return
from beffroi.returns.models.reviews import Acceptance, Query, QueryMessage

__all__ = [
    "OPEN",
    "Acceptance",
    "Campaign",
    "Delivery",
    "DeliveryState",
    "DepositLink",
    "LayoutDraft",
    "Letter",
    "LineMatch",
    "Query",
    "QueryMessage",
    "Recipient",
    "Request",
    "Return",
    "RuleSeverity",
    "StoredLayout",
    "Waiver",
]
