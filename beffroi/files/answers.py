"""A kept file as an answer."""

from __future__ import annotations

from django.http import FileResponse, Http404

from beffroi.files.actions import path_of

AS_IT_CAME = "application/octet-stream"
"""What no browser opens by itself."""


def kept_file(sha256: str, name: str = "", media_type: str | None = AS_IT_CAME) -> FileResponse:
    """The file of that fingerprint, to be saved under its name; shown in place where it has none.

    Without ``media_type`` it is guessed from the name. Raises ``Http404`` where the content is
    missing: « beffroi check » tells which are.
    """
    try:
        content = path_of(sha256).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(content, as_attachment=bool(name), filename=name, content_type=media_type)
