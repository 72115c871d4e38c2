"""Adding documents and news to a contract, changing them, taking them away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models, transaction
from django.db.models import F

from beffroi.accounts.models import User
from beffroi.contracts.models import Contract
from beffroi.files.actions import keep_chunks, path_of
from beffroi.files.models import StoredFile
from beffroi.library.content import NotADocument, media_type, picture_type
from beffroi.library.models import Article, Document
from beffroi.server.constraints import sentence_of

if TYPE_CHECKING:
    Sent = UploadedFile[bytes]


class LibraryRefused(Exception):
    """It cannot be done: one sentence says why. Nothing was written."""


def add_document(contract: Contract, sent: Sent, said: Mapping[str, Any], by: User) -> Document:
    """Keep a file among the documents of a contract, with what is ``said`` of it.

    Raises :class:`LibraryRefused`.
    """
    file, kind = _kept(sent, pictures_only=False)
    try:
        with transaction.atomic():
            return Document.objects.create(
                contract=contract,
                file=file,
                file_name=_plain_name(sent.name),
                media_type=kind,
                author=by,
                **said,
            )
    except IntegrityError as error:
        raise LibraryRefused(sentence_of(error) or "Ce document est refusé.") from error


def change_document(document: Document, seen: int, said: Mapping[str, Any]) -> None:
    """Say otherwise of a document; ``seen`` is the revision that was read.

    Raises :class:`LibraryRefused`, among others where somebody changed it since.
    """
    _change(Document, document.pk, seen, said)


def write_article(
    contract: Contract, said: Mapping[str, Any], picture: Sent | None, by: User
) -> Article:
    """Write a piece of news, a draft unless it is said public. Raises :class:`LibraryRefused`."""
    try:
        with transaction.atomic():
            return Article.objects.create(contract=contract, author=by, **said, **_picture(picture))
    except IntegrityError as error:
        raise LibraryRefused(sentence_of(error) or "Cette actualité est refusée.") from error


def change_article(
    article: Article, seen: int, said: Mapping[str, Any], picture: Sent | None
) -> None:
    """Write a piece of news otherwise; without a picture sent, it keeps its own.

    Raises :class:`LibraryRefused`, among others where somebody changed it since.
    """
    _change(Article, article.pk, seen, {**said, **_picture(picture)})


def _change(model: type[models.Model], pk: int, seen: int, said: Mapping[str, Any]) -> None:
    try:
        with transaction.atomic():
            found = model._default_manager.filter(pk=pk, revision=seen)
            if not found.update(**said, revision=F("revision") + 1):
                raise LibraryRefused(
                    "Quelqu'un vient de changer cette page : relisez-la, puis recommencez."
                )
    except IntegrityError as error:
        raise LibraryRefused(sentence_of(error) or "Ce changement est refusé.") from error


def _picture(sent: Sent | None) -> dict[str, Any]:
    if sent is None:
        return {}
    file, kind = _kept(sent, pictures_only=True)
    return {"picture": file, "picture_type": kind}


def _kept(sent: Sent, *, pictures_only: bool) -> tuple[StoredFile, str]:
    """The file, kept under its digest, and what it is. Raises :class:`LibraryRefused`."""
    if not sent.size:
        raise LibraryRefused("Ce fichier est vide : vérifiez ce que vous avez choisi.")
    file = keep_chunks(sent.chunks(), _plain_name(sent.name))
    try:
        what = picture_type if pictures_only else media_type
        return file, what(path_of(file.sha256))
    except NotADocument as refusal:
        raise LibraryRefused(str(refusal)) from refusal


def _plain_name(name: str | None) -> str:
    """The name of a file without folders or what no name holds."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if letter.isprintable()).strip()
    return kept[-255:] or "document"
