"""What the ledger asks of the worker: to be checked every night."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from beffroi.ledger.checking import ledger_faults

log = logging.getLogger(__name__)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="ledger_check")
def check_ledger(_timestamp: int) -> None:
    """Hold the ledger to its own definition, and say so loudly where it fails."""
    for fault in ledger_faults():
        log.error("Grand livre : %s", fault)
