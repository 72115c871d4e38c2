"""What a column means: what its header says, weighed against what it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from beffroi.returns.reading import lexicon
from beffroi.returns.reading.lexicon import said
from beffroi.returns.reading.profiles import ERROR, NUMBER, SILENT_MARK, Profile
from beffroi.returns.reading.proposing.proposal import GUESSED, LIKELY, STATED
from beffroi.returns.reading.units import stated_unit

AMOUNT = "amount:"
UNTOLD = "?"
"""A column of numbers of which the header says nothing: its table decides."""

_YEAR = r"(?:19|20)[0-9]{2}"
_TIMES = re.compile(
    rf"(?:(?:annee|exercice|budget|bp|ca|cp|ae|ap|fy|year|realise|prevu|prevision|votee?|total|en|de|"
    rf"au|fin|montant|jahr|ano|anno|jaar) )*"
    rf"(?:{_YEAR}(?: {_YEAR}| [0-9]{{2}})?|fy ?[0-9]{{2,4}}(?: [0-9]{{2}})?|n|n \+? ?[0-9])"
    rf"(?: (?:et )?(?:suivantes|suivants|plus|et plus|prev|previsionnel|realise|votee?|cp|ae|ttc|"
    rf"ht|eur|k eur|m eur|gbp|usd))*"
)
_MONTHS = re.compile(
    r"(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|"
    r"januar|februar|marz|mai|juni|juli|oktober|dezember|enero|febrero|marzo|abril|mayo|junio|julio|"
    r"agosto|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|"
    rf"settembre|ottobre|dicembre|[tq][1-4]|[1-4]e trimestre|s[12])(?: {_YEAR}| [0-9]{{2}})?"
)
_TAILS = (
    *(
        "code",
        "date",
        "text",
        "commune",
        "amount",
        "title",
        "beneficiary",
        "rate",
        "count",
        "funder",
    ),
)
_HEADS = (
    *("siret", "rate", "count", "date", "code", "text", "commune", "funder", "beneficiary"),
    *("title", "amount"),
)
_NAMING = re.compile(
    r"^(?:nom|noms|name|nome|nombre|naam|libelle|intitule|designation|denomination|denominacion|"
    r"denominazione|bezeichnung|raison sociale|nazev|nazov|naziv|nazwa|denumire|naimenovanie)"
    r"(?: (?:de|du|des|d|l|la|le|les|del|della|der|of|van))*\b"
)
_FOOTNOTE = re.compile(
    r"\s*(?:[\[(](?:foot)?(?:note)? ?(?:[0-9]{1,2}|[a-z])[\])]|\*+)", re.IGNORECASE
)
_BRACKETED = re.compile(r"\(([^()]+)\)")
LARGE = 500
"""From which median whole numbers may well be amounts."""

_YEAR_IN = re.compile(rf"\b({_YEAR})\b")


@dataclass(frozen=True, slots=True)
class Guess:
    """The meaning of a column, how sure it is, and what is doubtful in it (a kind of doubt)."""

    meaning: str
    sure: str
    field: str = ""
    doubt: str = ""


def meaning_of(labels: Sequence[str], profile: Profile) -> Guess:
    """What a column means by itself; :data:`UNTOLD` where its table must decide."""
    leaf, groups = (_FOOTNOTE.sub("", labels[-1]), labels[:-1]) if labels else ("", ())
    if profile.filled == profile.kinds[SILENT_MARK]:
        return _of_blank(leaf, groups)
    if profile.is_date and not (_typed(leaf) == "code" and profile.is_typed_in_words):
        lies = _names_money(leaf) and not lexicon.has("date", leaf)
        return Guess("date", STATED, "date", "dates_under_an_amount" if lies else "")
    if profile.is_number or (_opens_money(leaf) and profile.share(NUMBER) >= 0.3):
        return _of_numbers(leaf, groups, profile)
    return _of_text(leaf, groups, profile)


# Numbers


def _of_blank(leaf: str, groups: Sequence[str]) -> Guess:
    """A column that says nothing, or whose formulas were never computed: its header alone tells."""
    if not leaf:
        return Guess("other", STATED)
    if _opens_money(leaf) or (is_time(leaf) and any(map(_names_money, groups))):
        return Guess(AMOUNT + kind_of_money(leaf, groups), STATED)
    typed = _typed(leaf)
    return Guess("other" if typed in {"", "amount"} else _shown(typed), STATED, _field(leaf, typed))


def _of_numbers(leaf: str, groups: Sequence[str], profile: Profile) -> Guess:
    if profile.is_siret:
        return Guess("siret", STATED, "siret")
    if _is_rate(leaf, profile):
        return Guess("rate", STATED)
    if counts_things(leaf):
        return Guess("other", STATED)
    typed = _typed(leaf)
    if profile.shows_money:
        told = is_time(leaf) or _names_money(leaf) or lexicon.has("amount_weak", leaf)
        lies = typed in {"text", "code", "date", "siret"} and not told
        doubt = "amounts_under_another_header" if lies else ""
        return Guess(AMOUNT + kind_of_money(leaf, groups), STATED, "", doubt)
    if is_time(leaf):
        return _under_a_time(leaf, groups, profile)
    if lexicon.opens("funder_heads", leaf) and any(map(_names_money, groups)):
        return _of_money(leaf, groups, profile)
    names = typed in {"text", "commune", "funder", "beneficiary", "title"}
    names_money = lexicon.opens("amount", leaf) or (
        lexicon.has("amount", leaf) and profile.median >= LARGE
    )
    names_money = names_money and not _SORTS.search(said(leaf))
    if typed == "amount" or stated_unit(leaf) or (names and names_money):
        if _may_head_counts(leaf, groups) and not profile.looks_granted:
            return Guess(UNTOLD, LIKELY)
        return _of_money(leaf, groups, profile)
    if typed in {"code", "count", "siret", "date", "text", "commune"}:
        return _of_typed_numbers(leaf, typed, profile)
    return _of_unnamed_numbers(profile) or _of_numbers_by_group(leaf, groups, typed)


def _of_unnamed_numbers(profile: Profile) -> Guess | None:
    """Numbers that show by themselves that they are no money."""
    if profile.is_years:
        return Guess("date", LIKELY)
    if profile.is_sequence or profile.is_code:
        return Guess("code", LIKELY, "code")
    return Guess("other", LIKELY) if profile.is_coordinate else None


def _of_numbers_by_group(leaf: str, groups: Sequence[str], typed: str) -> Guess:
    if any(map(_names_money, groups)) and not (typed and typed != "beneficiary"):
        return Guess(AMOUNT + kind_of_money(leaf, groups), LIKELY)
    is_likely = (
        lexicon.has("amount_weak", leaf)
        or lexicon.has("funder_heads", leaf)
        or any(lexicon.has("own_money", label) for label in (leaf, *groups))
    )
    return Guess(UNTOLD, LIKELY if is_likely else GUESSED)


def _of_money(leaf: str, groups: Sequence[str], profile: Profile) -> Guess:
    """A header that says money, over numbers: unless they are years, codes, or row numbers."""
    if profile.is_years:
        return Guess("date", LIKELY, doubt="years_under_an_amount")
    if profile.is_sequence and len(profile.numbers) >= 8:
        return Guess("code", LIKELY, doubt="codes_under_an_amount")
    may_be_codes = profile.lie_close or not (stated_unit(leaf) or told_kind_of_money((leaf,)))
    if profile.is_code and not profile.with_cents and may_be_codes:
        return Guess("code", LIKELY, doubt="codes_under_an_amount")
    if profile.is_coordinate:
        return Guess("other", LIKELY, doubt="codes_under_an_amount")
    return Guess(AMOUNT + kind_of_money(leaf, groups), STATED)


def _under_a_time(leaf: str, groups: Sequence[str], profile: Profile) -> Guess:
    """A column headed by a year or a month: what its group says, or what its table decides."""
    if any(map(_names_money, groups)) or _names_money(leaf) or stated_unit(leaf):
        return Guess(AMOUNT + kind_of_money(leaf, groups), STATED)
    if any(_typed(group) in {"count", "rate"} for group in groups):
        return Guess("other", STATED)
    is_likely = (
        profile.with_cents
        or profile.median >= 1_000
        or any(lexicon.has("own_money", group) for group in groups)
    )
    return Guess(UNTOLD, LIKELY if is_likely else GUESSED)


def _of_typed_numbers(leaf: str, typed: str, profile: Profile) -> Guess:
    """A header that says codes, counts or dates, over numbers that may be amounts all the same."""
    is_spelled = typed == "code" and (profile.is_spelled_as_codes or profile.is_outline)
    looks_like_money = profile.with_cents >= 0.3 and profile.median >= 50 and not is_spelled
    if typed == "commune" and profile.is_of_communes:
        return Guess("commune", STATED, _field(leaf, typed))
    may_be_funded = looks_like_money or profile.median >= 1_000 or profile.with_cents >= 0.3
    if lexicon.opens("funder_heads", leaf) and may_be_funded:
        return Guess(UNTOLD, LIKELY)
    if typed == "text" and profile.median >= LARGE and not lexicon.has("numbered", leaf):
        return _of_unnamed_numbers(profile) or Guess(UNTOLD, GUESSED)
    if typed in {"code", "date", "commune", "siret"} and looks_like_money:
        return Guess(UNTOLD, GUESSED, doubt="amounts_under_another_header")
    return Guess(_shown(typed), STATED, _field(leaf, typed))


def _is_rate(leaf: str, profile: Profile) -> bool:
    if profile.is_percent:
        return True
    says_so = "%" in leaf or _typed(leaf) == "rate" or lexicon.has("rate", leaf)
    return says_so and (profile.is_fraction or profile.median <= 200) and not stated_unit(leaf)


# Texts


def _of_text(leaf: str, groups: Sequence[str], profile: Profile) -> Guess:
    if profile.is_siret:
        return Guess("siret", STATED, "siret")
    typed = _typed(leaf, among_texts=True)
    lies = profile.kinds[NUMBER] + profile.kinds[ERROR] or lexicon.is_only("amount_generic", leaf)
    if typed == "amount" and _opens_money(leaf) and lies:
        return Guess("other", LIKELY, doubt="amount_column_not_numbers")
    if typed in {"", "amount", "rate", "count"}:
        typed = next((t for g in groups if (t := _typed(g, among_texts=True))), typed)
        typed = "" if typed in {"amount", "rate", "count"} else typed
    if typed == "code" and profile.looks_coded < 0.3 and profile.length > 15:
        typed = ""
    if not typed:
        return Guess("other", GUESSED)
    if typed == "name":
        return Guess("beneficiary", LIKELY, "owner")
    return Guess(_shown(typed), STATED, _field(leaf, typed))


# Headers


def counts_things(leaf: str) -> bool:
    """Whether a header says what is counted: « Aides (nombre) », « Budgeted FTE », « kWh »."""
    if stated_unit(leaf):
        return False
    if _typed(leaf) == "count":
        return True
    in_brackets = any(
        lexicon.is_only("count", part) or lexicon.is_only("measured_in", part)
        for part in _BRACKETED.findall(leaf)
    )
    return in_brackets or (lexicon.has("count_units", leaf) and not lexicon.has("for_each", leaf))


def _typed(leaf: str, *, among_texts: bool = False) -> str:
    """The class of words that decides what a header says: the first, or the last in English.

    « Date de la subvention » is a date, « Grant date » too; « Nom du bénéficiaire » a beneficiary.
    """
    if not leaf:
        return ""
    if leaf.rstrip().endswith("#"):
        return "code"
    text = said(leaf)
    if among_texts and (naming := _NAMING.match(text)) and len(naming[0]) < len(text):
        after = _first_class(text[naming.end() :].strip(), among_texts)
        if after and after != "amount":
            return after
    tail = _tail_class(text)
    if tail in {"text", "commune"} and (opening := _first_class(text, among_texts)) == "code":
        return opening
    if tail and not (among_texts and tail in {"rate", "count", "amount"}):
        return tail
    return _first_class(text, among_texts)


def _first_class(text: str, among_texts: bool) -> str:
    places = {}
    for name in _HEADS:
        if among_texts and name in {"rate", "count"}:
            continue
        if (place := lexicon.place(name, text)) is not None:
            places[name] = place
    if among_texts and not places and lexicon.has("name", text):
        return "name"
    if not places:
        return ""
    first = min(places.values())
    return next(name for name in _HEADS if places.get(name) == first)


_ENGLISH_TAILS = re.compile(
    r"\b(?:name|title|description|summary|type|category|status|sector|method|period|"
    r"code|kodas|id|ids|identifier|number|no|ref|reference|uei|ein|duns|"
    r"date|year|location|city|town|country|county|state|region|postcode|post code|zip|address|"
    r"amount|value|cost|costs|rate|percentage|email|website|url)$"
)


_SORTS = re.compile(r"\b(?:type|category|status|sector|method|period|code|id|ids|number|ref)$")


def _tail_class(text: str) -> str:
    """The class of a last word that decides in English: « Supplier category », « Award amount »."""
    found = _ENGLISH_TAILS.search(text)
    if not found or found.start() == 0 or text.endswith("to date"):
        return ""
    tail = found[0]
    if tail == "name" and lexicon.is_only("title", text):
        return "title"
    if tail in {"name", "title", "description", "summary"}:
        before = _first_class(text[: found.start()].strip(), among_texts=True)
        if tail != "name" and before not in {"funder", "text", "code"}:
            return "title"
        return before if before not in {"amount", "date"} else "title"
    return next((name for name in _TAILS if lexicon.is_only(name, tail)), "")


def is_time(leaf: str) -> bool:
    """Whether a header is a year, a month, an exercise: ``2024``, ``BP 2023``, ``N+1``."""
    text = said(leaf)
    is_number_sign = text == "n" and leaf.strip() != "N"
    return bool(_TIMES.fullmatch(text) or _MONTHS.fullmatch(text)) and not is_number_sign


def names_money(label: str) -> bool:
    """Whether a label says money, by a word that can be nothing else, or a unit."""
    return _names_money(label) and not _may_head_counts(label, ())


def _may_head_counts(leaf: str, groups: Sequence[str]) -> bool:
    """Whether the words that say money may as well say counts: « Votes », « Emprunts adultes »."""
    if stated_unit(leaf) or any(map(_names_money, groups)):
        return False
    return lexicon.has("amount_ambiguous", leaf) and not lexicon.has(
        "amount", lexicon.without("amount_ambiguous", leaf)
    )


def _names_money(label: str) -> bool:
    return lexicon.has("amount", label) or stated_unit(label) is not None


def _opens_money(leaf: str) -> bool:
    """Whether what a header says first is money."""
    return _typed(leaf) == "amount" or stated_unit(leaf) is not None


def kind_of_money(leaf: str, groups: Sequence[str] = (), context: str = "") -> str:
    """``granted``, ``paid``, ``cost``, ``requested``, ``eu`` or ``other``: by the nearest words."""
    if kind := told_kind_of_money((leaf, *reversed(groups), context)):
        return kind
    if any(lexicon.has("amount_generic", label) for label in (leaf, *groups)):
        return "granted"
    is_a_funders = lexicon.has("amount", leaf) and lexicon.has("funder_heads", leaf)
    return "granted" if is_a_funders else "other"


def told_kind_of_money(labels: Sequence[str]) -> str:
    """The kind of money that labels say, the nearest first; empty where none does."""
    for label in labels:
        for kind, classes in _KINDS:
            if any(lexicon.has(name, label) for name in classes):
                return kind
    return ""


_KINDS = (
    ("other", ("own_money",)),
    ("requested", ("requested",)),
    ("eu", ("eu",)),
    ("paid", ("paid",)),
    ("cost", ("cost",)),
    ("granted", ("granted",)),
    ("other", ("other_money",)),
)


def stage_of(labels: Sequence[str]) -> str:
    """The stage that the words of a header say of an amount; empty where they say none."""
    for label in reversed(labels):
        for stage in ("requested", "paid", "committed", "programmed"):
            if lexicon.has(f"stage_{stage}", label):
                return stage
    return ""


def year_of(labels: Sequence[str]) -> int | None:
    """The year that a header names, where it names one only."""
    for label in reversed(labels):
        years = set(_YEAR_IN.findall(said(label)))
        if years:
            return int(years.pop()) if len(years) == 1 else None
    return None


def _shown(typed: str) -> str:
    return typed if typed not in {"count", "text", "name", "amount"} else "other"


def _field(leaf: str, typed: str) -> str:
    """What a layout would make of the column; empty where it reads no such column."""
    for field in ("objective", "axis", "scheme", "department", "epci"):
        if typed in {"text", "code", "funder", "title"} and lexicon.opens(f"field_{field}", leaf):
            return field
    fields = {"beneficiary": "owner", "commune": "commune_name"}
    return fields.get(typed, typed if typed in {"code", "title", "siret", "date", "funder"} else "")
