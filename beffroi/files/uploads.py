"""Files as they come in: nothing larger than the limit is kept, not even for a while."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

TOO_LARGE = "files_too_large"


class LimitedUpload(TemporaryFileUploadHandler):
    """Writes a file to disk as it comes; gives one up as soon as it is larger than the limit.

    The rest of the form is read as usual: :func:`is_too_large` tells the page what happened.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece of it."""
        if start + len(raw_data) > settings.LARGEST_UPLOAD:
            self.file.close()
            setattr(self.request, TOO_LARGE, True)
            raise SkipFile
        super().receive_data_chunk(raw_data, start)


def is_too_large(request: HttpRequest) -> bool:
    """Whether a file of the form was larger than the limit, and was not kept."""
    return getattr(request, TOO_LARGE, False)
