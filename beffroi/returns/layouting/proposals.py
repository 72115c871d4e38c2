"""How a delivered workbook would be read, as corrected so far; the last answers stay at hand."""

from __future__ import annotations

import json
from collections import OrderedDict
from threading import Lock

from beffroi.returns.layouting.drafts import as_data
from beffroi.returns.reading.collecting import cycles_left_alone
from beffroi.returns.reading.proposing import Corrections, Proposal, propose
from beffroi.returns.reading.workbook import Workbook

MOST_KEPT = 16

_lock = Lock()
_kept: OrderedDict[tuple[str, str], Proposal] = OrderedDict()


def proposal_of(sha256: str, workbook: Workbook, corrections: Corrections) -> Proposal:
    """The proposal for a kept file's workbook, once corrected.

    The file has been read by a worker within its limits before anybody looks at it here. Raises
    :class:`UnreadableFile` where nothing is left of it to be read.
    """
    key = (sha256, json.dumps(as_data(corrections), sort_keys=True))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    with cycles_left_alone():
        found = propose(workbook, corrections)
    with _lock:
        _kept[key] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found
