"""The zipped parts of a workbook: read, changed, added, written again in their order."""

from __future__ import annotations

import io
import zipfile


class Package:
    """A zip whose parts may be changed; the others are copied as they are."""

    def __init__(self, content: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._changed: dict[str, bytes] = {}
        self._dropped: set[str] = set()

    def __contains__(self, part: str) -> bool:
        return part in self._changed or (
            part in self._archive.NameToInfo and part not in self._dropped
        )

    def read(self, part: str) -> bytes:
        """A part as it stands now. Raises ``KeyError``."""
        changed = self._changed.get(part)
        return self._archive.read(part) if changed is None else changed

    def write(self, part: str, content: bytes) -> None:
        """Change a part, or add one."""
        self._changed[part] = content
        self._dropped.discard(part)

    def drop(self, part: str) -> None:
        """Leave a part out."""
        self._changed.pop(part, None)
        self._dropped.add(part)

    def free_name(self, pattern: str) -> str:
        """A name that no part has: ``xl/comments{}.xml`` with the first free number."""
        number = 1
        taken = {name.lower() for name in (*self._archive.namelist(), *self._changed)}
        while pattern.format(number).lower() in taken:
            number += 1
        return pattern.format(number)

    def written(self) -> bytes:
        """The whole, zipped again."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
            for info in self._archive.infolist():
                if info.filename in self._dropped or info.is_dir():
                    continue
                kept = zipfile.ZipInfo(info.filename, info.date_time)
                kept.compress_type = info.compress_type
                kept.external_attr = info.external_attr
                changed = self._changed.pop(info.filename, None)
                archive.writestr(kept, self._archive.read(info) if changed is None else changed)
            for part, content in self._changed.items():
                archive.writestr(part, content)
        return out.getvalue()
