"""Rounds of returns nobody has seen, made from a seed, with their truth.

An operation is drawn first; then each partner writes it down in its own habits. Nothing here looks
at how matching works: the habits are those of real workbooks, and other than the demonstration's.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from beffroi.operations.identity import Identity, plain
from beffroi.operations.proposals import LineSaid, Money, NewOperation
from tests.returns.reading.rounds import REFERENCE

STAGES = ("programmed", "committed", "paid")
OBJECTIVES = [f"{axis}.{rank}" for axis in ("1", "2", "3", "4") for rank in range(1, 6)]

WORKS = (
    "Rénovation", "Réaménagement", "Restructuration", "Mise aux normes", "Réfection",
    "Aménagement", "Acquisition", "Démolition", "Végétalisation", "Sécurisation",
    "Isolation thermique", "Mise en accessibilité",
)  # fmt: skip
THINGS = (
    "du groupe scolaire {name}", "de l'école maternelle {name}", "du collège {name}",
    "du centre aquatique", "de la salle des fêtes", "de la place du marché", "du béguinage",
    "de l'hôtel de ville", "du pôle d'échanges multimodal", "de la digue {name}",
    "des berges de la rivière", "du marais communal", "d'un espace de travail partagé",
    "de la voirie du quartier {name}", "de la friche {name}", "du parc d'activités {name}",
    "du gymnase {name}", "du conservatoire à rayonnement intercommunal", "de l'église {name}",
    "de l'éclairage public", "du centre social {name}", "de la résidence autonomie {name}",
    "de la maison de santé pluridisciplinaire", "du théâtre municipal", "de logements locatifs",
    "de la station de pompage", "du cinéma {name}", "du port de plaisance", "du stade {name}",
)  # fmt: skip
NAMES = (
    "Jules Ferry", "Pasteur", "Jean Moulin", "Marie Curie", "Saint-Exupéry", "Louise Michel",
    "des Bleuets", "de la Fosse 9", "du Vieux Moulin", "Léo Lagrange", "Saint-Vaast",
    "Rosa Parks", "du Belvédère", "des Hauts Champs", "Condorcet", "Paul Éluard",
)  # fmt: skip
PARTS = ("tranche", "phase", "lot")
ABBREVIATIONS = {
    "Rénovation": ("Rénov.", "Rénov"),
    "Réaménagement": ("Réamgt", "Réaménag."),
    "Restructuration": ("Restruct.", "Restr."),
    "Aménagement": ("Amgt", "Aménagt"),
    "Démolition": ("Démol.",),
    "Végétalisation": ("Végétal.",),
    "Sécurisation": ("Sécuris.",),
    "Acquisition": ("Acq.", "Acquis."),
    "groupe scolaire": ("GS", "gpe scol.", "groupe scol."),
    "maternelle": ("mat.", "matern."),
    "pôle d'échanges multimodal": ("PEM",),
    "maison de santé pluridisciplinaire": ("MSP", "maison de santé pluridisc."),
    "espace": ("esp.",),
    "quartier": ("quart.",),
    "résidence": ("résid.",),
    "intercommunal": ("interco.", "intercom."),
    "centre": ("ctre",),
    "logements": ("logts",),
    "communal": ("comm.",),
    "municipal": ("munic.",),
    "public": ("publ.",),
    "thermique": ("therm.",),
}


@dataclass(frozen=True)
class Place:
    """A commune."""

    code: str
    name: str


@dataclass(frozen=True)
class Owner:
    """Who carries operations out; ``kind`` says how its name is written."""

    name: str
    siret: str
    kind: str


@dataclass(frozen=True)
class Truth:
    """One operation, as it is."""

    id: int
    work: str
    thing: str
    place: Place
    owner: Owner
    objective: str
    mark: str
    funders: tuple[int, ...]
    since: int

    @property
    def title(self) -> str:
        return f"{self.work} {self.thing}"


@dataclass(frozen=True)
class Habits:
    """How one partner writes its workbook."""

    partner: int
    codes: str = "life"  # or "yearly", or "none"
    place: str = "code"  # or "name", or "none"
    owner: bool = True
    siret: bool = False
    case: Callable[[str], str] = str
    accents: bool = True
    abbreviates: float = 0.0
    misspells: float = 0.0
    cut_at: int = 200
    inverted: bool = False
    names_place: str = " à {name}"  # or " - {name}", " ({name})", or nothing
    mark: str = ", {part} {number}"
    commune_called: str = "Commune de {name}"
    wrong_place: float = 0.0
    forgets: float = 0.0  # SIRET, owner or objective
    splits: float = 0.0
    unit: int = 1  # amounts are rounded to so many cents
    claims: bool = False


@dataclass(frozen=True)
class Return:
    """One partner's return: its lines, and the operation that each of them truly is."""

    round: int
    habits: Habits
    lines: list[LineSaid] = field(default_factory=list)
    truths: list[int] = field(default_factory=list)


@cache
def communes() -> Sequence[Place]:
    with (REFERENCE / "communes.csv").open(encoding="utf-8", newline="") as file:
        return [Place(row["insee"], row["nom"]) for row in csv.DictReader(file)]


@cache
def names() -> dict[str, str]:
    """The plain names of communes by code."""
    return {place.code: plain(place.name) for place in communes()}


def rounds(seed: int, *, operations: int = 160, years: int = 2) -> list[Return]:
    """The returns of several partners over some years, in the order in which they come."""
    chance = random.Random(seed)
    truths = _operations(chance, operations)
    partners = _partners(chance)
    writers = [_Writer(random.Random(seed * 100 + h.partner), h, truths) for h in partners]
    found = []
    for year in range(years):
        order = chance.sample(writers, len(writers))
        found += [writer.write(year) for writer in order]
    return found


def _partners(chance: random.Random) -> list[Habits]:
    """Seven partners, each in habits drawn for it; every trait is somewhere."""
    places = ["code", "code", "code", "name", "name", "none", "name"]
    codes = ["yearly", "life", "life", "life", "yearly", "life", "none"]
    chance.shuffle(places)
    return [_habits(chance, *drawn) for drawn in zip(range(1, 8), codes, places, strict=True)]


def _habits(chance: random.Random, partner: int, codes: str, place: str) -> Habits:
    names_place = chance.choice(["", "", " à {name}", " - {name}", " ({name})"])
    return Habits(
        partner,
        codes=codes,
        place=place,
        owner=chance.random() < 0.7,
        siret=chance.random() < 0.4,
        case=chance.choice([str, str, str.upper, str.lower]),
        accents=chance.random() < 0.6,
        abbreviates=chance.choice([0, 0, 0.3, 0.7]),
        misspells=chance.choice([0, 0.06, 0.18]),
        cut_at=chance.choice([200, 200, 200, 60, 48]),
        inverted=chance.random() < 0.2,
        names_place=names_place or (" à {name}" if place == "none" else ""),
        mark=chance.choice([", {part} {number}", " - {short}{number}", " ({part} n° {number})"]),
        commune_called=chance.choice(
            [
                "Commune de {name}",
                "Ville de {name}",
                "Mairie de {name}",
                "VILLE DE {name}",
                "Cne {name}",
                "{name}",
            ]
        ),
        wrong_place=chance.choice([0, 0, 0.02]),
        forgets=chance.choice([0, 0.03, 0.1]),
        splits=0.25 if codes == "yearly" else 0,
        unit=chance.choice([1, 1, 100, 10_000, 100_000]),
        claims=codes == "none",
    )


def _operations(chance: random.Random, how_many: int) -> list[Truth]:
    """Operations, many of which have a neighbour under nearly the same name."""
    places = chance.sample(communes(), 25)
    busy = places[:4]
    found: list[Truth] = []
    while len(found) < how_many:
        place = chance.choice(busy) if chance.random() < 0.4 else chance.choice(places)
        thing = chance.choice(THINGS).format(name=chance.choice(NAMES))
        first = Truth(
            len(found),
            chance.choice(WORKS),
            thing,
            place,
            _owner(chance, place),
            chance.choice(OBJECTIVES),
            "",
            tuple(chance.sample(range(1, 8), chance.choice([1, 2, 2, 3, 3, 4, 5]))),
            since=int(chance.random() < 0.2),
        )
        family = [first]
        kind = chance.random()
        if kind < 0.08:
            family = [replace(first, mark=str(number)) for number in (1, 2)]
        elif kind < 0.16:
            family.append(replace(first, work=chance.choice([w for w in WORKS if w != first.work])))
        elif kind < 0.24 and any(name in thing for name in NAMES):
            old = next(name for name in NAMES if name in thing)
            new = chance.choice([name for name in NAMES if name != old])
            family.append(replace(first, thing=thing.replace(old, new)))
        elif kind < 0.32:
            other = chance.choice([p for p in places if p != place])
            family.append(replace(first, place=other, owner=_owner(chance, other)))
        elif kind < 0.34:
            objective = chance.choice([o for o in OBJECTIVES if o != first.objective])
            family.append(replace(first, objective=objective))
        said = {(o.title, o.place, o.mark) for o in found}
        family = [o for o in family if kind < 0.34 or (o.title, o.place, o.mark) not in said]
        if any((o.title, o.place, o.mark) in said for o in family):
            continue
        found += [replace(o, id=len(found) + rank) for rank, o in enumerate(family)]
    return found


def _owner(chance: random.Random, place: Place) -> Owner:
    """The commune most often; its SIRET is the same for all that it does."""
    steady = random.Random(place.code)
    commune = Owner(place.name, f"21{steady.randrange(10**12):012d}", "commune")
    others = [
        Owner(f"CC du Pays de {place.name}", f"20{steady.randrange(10**12):012d}", "group"),
        Owner("Habitat des Deux Vallées", "50000000000017", "landlord"),
        Owner("Syndicat mixte des Transports", "25000000000018", "syndicate"),
    ]
    return commune if chance.random() < 0.75 else chance.choice(others)


class _Writer:
    """A partner, who writes the same thing the same way from one year to the next, mostly."""

    def __init__(self, chance: random.Random, habits: Habits, truths: Sequence[Truth]) -> None:
        self.chance, self.habits = chance, habits
        self.mine = [truth for truth in truths if habits.partner in truth.funders]
        if habits.claims:
            self.mine += chance.sample(
                [t for t in truths if habits.partner not in t.funders], len(truths) // 10
            )
        self.titles = {truth.id: self._title(truth) for truth in self.mine}
        self.facts = {truth.id: self._facts(truth) for truth in self.mine}
        self._tell_apart()
        self.codes = {truth.id: f"D{chance.randrange(10**7):07d}" for truth in self.mine}

    def _tell_apart(self) -> None:
        """A partner tells its own operations apart: it writes in full what looks like another."""
        written: dict[object, list[Truth]] = {}
        for truth in self.mine:
            place = self.facts[truth.id][2]
            written.setdefault((plain(self.titles[truth.id]), place), []).append(truth)
        careful = replace(self.habits, cut_at=200, forgets=0, misspells=0, abbreviates=0)
        hasty, self.habits = self.habits, careful
        for same in written.values():
            if len(same) > 1:
                for truth in same:
                    self.titles[truth.id] = self._title(truth)
                    self.facts[truth.id] = self._facts(truth)
        self.habits = hasty

    def write(self, year: int) -> Return:
        found = Return(year, self.habits)
        for truth in sorted(self.mine, key=lambda truth: (truth.objective, truth.id)):
            if truth.since <= year:
                for line in self._lines(truth, year):
                    found.lines.append(line)
                    found.truths.append(truth.id)
        return found

    def _lines(self, truth: Truth, year: int) -> Iterator[LineSaid]:
        how_many = self.chance.choice([2, 3]) if self.chance.random() < self.habits.splits else 1
        parts = [self._amounts(truth, year, how_many, rank) for rank in range(how_many)]
        for amounts in parts:
            owner, siret, place, objective = self.facts[truth.id]
            title = self.titles[truth.id]
            yield LineSaid(
                Identity(self._code(truth), plain(title), plain(owner), siret, place, objective),
                NewOperation(title, owner, siret),
                amounts,
            )

    def _code(self, truth: Truth) -> str:
        if self.habits.codes == "none":
            return ""
        if self.habits.codes == "yearly":
            return f"2{self.chance.randrange(10**9):09d}"
        return self.codes[truth.id]

    def _amounts(self, truth: Truth, year: int, how_many: int, rank: int) -> dict[Money, int]:
        me = self.habits.partner
        amounts = {
            Money(me, me, stage): self._rounded(
                _part(amount_of(truth, me, stage, year), how_many, rank)
            )
            for stage in STAGES
            if me in truth.funders
        }
        if self.habits.claims:
            for funder in truth.funders:
                if funder != me and self.chance.random() < 0.7:
                    said = amount_of(truth, funder, "programmed", year)
                    if self.chance.random() < 0.25:
                        said = int(said * 1.1)
                    amounts[Money(me, funder, "programmed")] = said
        return amounts

    def _rounded(self, cents: int) -> int:
        return round(cents / self.habits.unit) * self.habits.unit

    def _facts(self, truth: Truth) -> tuple[str, str, str, str]:
        """Owner, SIRET, place and objective as they stand in this partner's columns."""
        habits, chance = self.habits, self.chance
        kept = [chance.random() >= habits.forgets for _ in range(3)]
        owner = truth.owner.name
        if truth.owner.kind == "commune":
            owner = habits.commune_called.format(name=owner)
        place = truth.place
        if chance.random() < habits.wrong_place:
            place = chance.choice(communes())
        written = {"code": place.code, "name": plain(place.name), "none": ""}[habits.place]
        if habits.place == "name":  # a name borne by one commune only is read as its code
            bearing = [code for code, name in names().items() if name == written]
            written = bearing[0] if len(bearing) == 1 else written
        return (
            owner if habits.owner and kept[0] else "",
            truth.owner.siret if habits.siret and kept[1] else "",
            written,
            truth.objective if kept[2] else "",
        )

    def _title(self, truth: Truth) -> str:
        habits, chance = self.habits, self.chance
        thing, work = truth.thing, truth.work
        title = f"{thing.split(' ', 1)[-1]} : {work}" if habits.inverted else f"{work} {thing}"
        for long, shorts in ABBREVIATIONS.items():
            if long in title and chance.random() < habits.abbreviates:
                title = title.replace(long, chance.choice(shorts))
        if truth.mark:
            part = PARTS[len(truth.thing) % len(PARTS)]
            title += habits.mark.format(part=part, short=part[0].upper(), number=truth.mark)
        title += habits.names_place.format(name=truth.place.name)
        if chance.random() < habits.misspells:
            title = _misspelt(title, chance)
        title = title[: habits.cut_at]
        if not habits.accents:
            title = plain(title)
        return habits.case(title)


def amount_of(truth: Truth, funder: int, stage: str, year: int) -> int:
    """The cents of a funder at a stage, which nobody rounds."""
    steady = random.Random(f"{truth.id} {truth.title} {truth.place.code} {funder}")
    programmed = steady.randrange(10**6, 2 * 10**8)
    if steady.random() < 0.3:
        programmed = round(programmed, -6) or 10**6
    moved = [programmed, programmed if steady.random() < 0.8 else int(programmed * 1.2)]
    if stage == "programmed":
        return moved[year]
    share = [steady.random(), steady.random()]
    committed = int(moved[year] * sum(share[: year + 1]) / 2)
    return committed if stage == "committed" else int(committed * share[0])


def _part(cents: int, how_many: int, rank: int) -> int:
    """One of so many parts, which add up to the cent."""
    return cents // how_many + (cents % how_many if rank == 0 else 0)


def _misspelt(title: str, chance: random.Random) -> str:
    """One letter lost, doubled, changed, or swapped with the next."""
    at = chance.randrange(1, len(title) - 1)
    kind = chance.choice(["lost", "doubled", "changed", "swapped"])
    if kind == "lost":
        return title[:at] + title[at + 1 :]
    if kind == "doubled":
        return title[:at] + title[at] + title[at:]
    if kind == "swapped":
        return title[:at] + title[at + 1] + title[at] + title[at + 2 :]
    return title[:at] + chance.choice("aeinrst") + title[at + 1 :]
