"""What the ledger asks of the worker: to be checked every night, with the files it stands on."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from beffroi.files.queries import damaged_files
from beffroi.jobs.tasks import job
from beffroi.ledger.checking import ledger_faults

log = logging.getLogger(__name__)


@app.periodic(cron="17 3 * * *")
@job(queueing_lock="ledger_check")
def check_ledger(timestamp: int) -> None:
    """Hold the ledger to its own definition, and say so loudly where it fails.

    ``timestamp`` is the moment for which the worker had planned it, in seconds.
    """
    log.info("Vérification prévue à %s.", timestamp)
    for fault in ledger_faults():
        log.error("Grand livre : %s", fault)
    for damaged in damaged_files():
        log.error("Fichier gardé %s : %s", damaged.name, damaged.reason)
