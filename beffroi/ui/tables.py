"""Drawing a table: HTML built in one pass, so that a page of figures costs a few milliseconds."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from beffroi.ui import figures, marks
from beffroi.ui.columns import NUMBERS, Cell, Column, Rate, Row, Table
from beffroi.ui.figures import Style


def draw(table: Table) -> SafeString:
    """The whole table, in the region that scrolls it."""
    return mark_safe(_Drawing(table, figures.style()).html())


@dataclass(frozen=True, slots=True)
class _Drawing:
    table: Table
    written: Style

    def html(self) -> str:
        table = self.table
        if not table.rows:
            return self._empty()
        return (
            f'<div class="table-scroll" role="region" tabindex="0"'
            f' aria-labelledby="{table.id}-caption"><table class="figures" id="{table.id}">'
            f"{self._caption()}{self._colgroups()}<thead>{self._head()}</thead>"
            f"<tbody>{self._lines()}</tbody>{self._foot()}</table></div>{self._notes()}"
        )

    def _empty(self) -> str:
        sentence = self.table.empty or _("Rien à montrer ici pour le moment.")
        return (
            f'<div class="empty"><p class="empty-title">{escape(self.table.caption)}</p>'
            f"<p>{escape(sentence)}</p></div>"
        )

    def _caption(self) -> str:
        table = self.table
        unseen = ' class="unseen"' if table.hide_caption else ""
        text = f"<span{unseen}>{escape(table.caption)}</span>"
        if any(column.kind == "amount" and not column.unit for column in table.columns):
            unit = _("en %(unit)s") % {"unit": self.written.symbol(table.unit)}
            text += f' <span class="unit">{unit}</span>'
        if table.fictitious:
            text += f" {marks.fictitious()}"
        return f'<caption id="{table.id}-caption"><span class="caption">{text}</span></caption>'

    def _colgroups(self) -> str:
        if not self._grouped():
            return ""
        return "".join(
            f'<colgroup span="{len(columns)}"></colgroup>'
            for _group, columns in self.table.groups()
        )

    def _grouped(self) -> bool:
        return any(column.group for column in self.table.columns)

    def _head(self) -> str:
        if not self._grouped():
            return f"<tr>{''.join(map(self._header, self.table.columns))}</tr>"
        above, below = "", ""
        for group, columns in self.table.groups():
            if not group:
                above += self._header(columns[0], rows=2)
                continue
            above += (
                f'<th scope="colgroup" class="group" id="{self._group_id(columns[0])}"'
                f' colspan="{len(columns)}">{escape(group)}</th>'
            )
            below += "".join(map(self._header, columns))
        return f"<tr>{above}</tr><tr>{below}</tr>"

    def _group_id(self, first: Column) -> str:
        return f"{self.table.id}-g-{first.key}"

    def _column_id(self, column: Column) -> str:
        return f"{self.table.id}-c-{column.key}"

    def _header(self, column: Column, rows: int = 1) -> str:
        table = self.table
        label: str = escape(column.label)
        if column.unit and column.kind == "amount":
            label += f' <span class="unit">{self.written.symbol(column.unit)}</span>'
        attributes = f' id="{self._column_id(column)}"'
        if rows > 1:
            attributes += f' rowspan="{rows}"'
        if classes := self._classes(column):
            attributes += f' class="{classes}"'
        if table.sorting and column.sortable:
            direction = table.sorting.direction(column.key)
            attributes += f' aria-sort="{direction}"'
            label = f'<a href="{escape(table.sorting.link(column.key))}">{label}</a>'
        if column.hint:
            label += f'<small class="hint">{escape(column.hint)}</small>'
        return f'<th scope="col"{attributes}>{label}</th>'

    def _classes(self, column: Column) -> str:
        names = ["n"] if column.kind in NUMBERS else []
        if column.key == self.table.header_key:
            names.append("first")
        elif column.kind == "date":
            names.append("d")
        return " ".join(names)

    def _attributes(self) -> list[tuple[Column, str]]:
        """Each column with its cells' attributes, made once for all lines."""
        headers: dict[str, str] = {}
        if self._grouped():
            for group, columns in self.table.groups():
                above = f"{self._group_id(columns[0])} " if group else ""
                headers |= {
                    column.key: f' headers="%s {above}{self._column_id(column)}"'
                    for column in columns
                }
        return [
            (
                column,
                (f' class="{names}"' if (names := self._classes(column)) else "")
                + headers.get(column.key, ""),
            )
            for column in self.table.columns
        ]

    def _lines(self) -> str:
        attributes = self._attributes()
        return "".join(
            self._line(row, f"{self.table.id}-r{number}", attributes)
            for number, row in enumerate(self.table.rows)
        )

    def _foot(self) -> str:
        attributes = self._attributes()
        lines = "".join(
            self._line(row, f"{self.table.id}-t{number}", attributes)
            for number, row in enumerate(self.table.totals)
        )
        return f"<tfoot>{lines}</tfoot>" if lines else ""

    def _line(self, row: Row, identity: str, attributes: list[tuple[Column, str]]) -> str:
        cells = []
        grouped = self._grouped()
        for column, attribute in attributes:
            blank = row.kind == "total" and column.key not in row.cells
            content = "" if blank else self._content(row.cell(column.key), column)
            if column.key == self.table.header_key:
                level = f" level-{min(row.level, 5)}" if row.level else ""
                own = f' id="{identity}"' if grouped else ""
                number = " n" if column.kind in NUMBERS else ""
                cells.append(f'<th scope="row"{own} class="first{number}{level}">{content}</th>')
            else:
                filled = attribute.replace("%s", identity, 1) if grouped else attribute
                cells.append(f"<td{filled}>{content}</td>")
        names = " ".join(filter(None, [row.kind, f"depth-{row.level}" if row.level else ""]))
        opening = f'<tr class="{names}">' if names else "<tr>"
        return f"{opening}{''.join(cells)}</tr>"

    def _content(self, cell: Cell, column: Column) -> str:
        if column.kind == "choice":
            return marks.choice(column.key, str(cell.value), str(cell.note)) if cell.value else ""
        shown = self._value(cell, column)
        if cell.href:
            shown = f'<a href="{escape(cell.href)}"{self._title(cell, column)}>{shown}</a>'
        if cell.status:
            sign = marks.sign(cell.status)
            shown = f"{sign} {shown}" if column.kind in NUMBERS else f"{shown} {sign}"
        if cell.unread:
            shown += marks.unread(cell.unread)
        if cell.note:
            shown += f'<small class="note">{escape(cell.note)}</small>'
        return shown

    def _title(self, cell: Cell, column: Column) -> str:
        """A link carries the exact amount itself: that is where screen readers find it."""
        if column.kind != "amount" or not isinstance(cell.value, int):
            return ""
        title = marks.exact(cell.value, self.table.unit_of(column), self.written)
        return f' title="{title}"' if title else ""

    def _value(self, cell: Cell, column: Column) -> str:
        value = cell.value
        if value is None and cell.unread:
            return ""
        if isinstance(value, Rate):
            return marks.percent(value, self.table.unit_of(column), self.written)
        if column.kind == "amount" and isinstance(value, int):
            unit = self.table.unit_of(column)
            return marks.amount(value, unit, self.written, titled=not cell.href)
        if column.kind == "status" and value:
            return marks.badge(str(value))
        return marks.plain(value, self.written)

    def _notes(self) -> str:
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.table.notes)
        return f'<ul class="table-notes">{notes}</ul>' if notes else ""
