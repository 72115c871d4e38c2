"""Examples of the routes that take arguments, found in the furnished site.

A room that adds such a route adds its example here; a route without one fails the tests. A route
without arguments may have examples too, where its query changes the page.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.utils.text import slugify

from beffroi.accounts.models import User
from beffroi.cli.demonstration import ACCOUNTS
from beffroi.contracts.actions import NewContract, create_contract
from beffroi.contracts.models import Contract
from beffroi.contracts.pages.situation import Situation
from beffroi.journal.actions import last_number
from beffroi.ledger.models import Statement
from beffroi.ledger.overlap import shared_lines as shared_lines_of
from beffroi.library.models import Article, Document
from beffroi.notices.actions import Person, tell
from beffroi.notices.models import Notice
from beffroi.operations.models import Operation
from beffroi.partners.models import Organisation
from beffroi.reconciliation.models import Agreement, SignOff
from beffroi.remarks.actions import resolve, withdraw, write
from beffroi.remarks.models import Remark
from beffroi.returns.links import secret_of
from beffroi.returns.models import Campaign, DepositLink, Query, Request, Return
from tests.browser.deliveries import (
    deliveries,
    deliveries_by_link,
    questions,
    questions_by_link,
)
from tests.browser.routes import Example, Examples

DEMO, REAL, PACT = (
    {"slug": slug} for slug in ("demo-cper", "cper-hdf-2021-2027", "erbm-2017-2027")
)
REMARK = "Le mandatement de 2023 manque.\nÀ voir avec <la> Région & l'État."
DAY = datetime.date(2024, 12, 31)
BETWEEN = "au=2024-12-31&unite=meur"


def begun() -> dict[str, str]:
    """A contract that begins: nothing but its name is known, and the first account runs it."""
    team = User.objects.get(email=ACCOUNTS[0].email)
    new = NewContract("Contrat qui commence", "other", fictitious=True)
    return {"slug": create_contract(team, new).slug}


def statements() -> list[Example]:
    """One a posting: workbooks of each partner."""
    found = Statement.objects.order_by("posting_id", "id").distinct("posting_id")
    return [Example({"number": statement.pk}) for statement in found[:6]]


def a_notice() -> list[Example]:
    """One that waits."""
    person = Person("quelquun@demo.example")
    tell("exemple", person, subject="Un exemple", body="Un texte d'exemple.")
    return [Example({"number": Notice.objects.get(key="exemple").pk})]


def signoffs() -> list[Example]:
    """What was proposed to be signed, in the demonstration."""
    found = SignOff.objects.filter(contract__slug="demo-cper").order_by("pk")
    return [Example({**DEMO, "number": signoff.pk}) for signoff in found]


def compared() -> list[Example]:
    """The first and the last of them."""
    numbers = [example.arguments["number"] for example in signoffs()]
    return [Example(DEMO, f"?de={numbers[0]}&a={numbers[-1]}")]


def a_gap_of_each_state() -> list[Example]:
    """Gaps of the demonstration: proposed, agreed, left open."""
    found = Agreement.objects.filter(contract__slug="demo-cper", funder__slug="etat")
    return [
        Example(
            {
                **DEMO,
                "operation": each.operation_id,
                "source": each.source.slug,
                "funder": each.funder.slug,
                "stage": each.stage,
                "nature": each.nature,
            },
            "?au=2024-12-31",
        )
        for each in found.select_related("source", "funder")
    ]


def a_pair() -> list[Example]:
    """Two operations of the demonstration, side by side."""
    one, other = Operation.objects.filter(contract__slug="demo-cper").order_by("pk")[:2]
    return [Example({**DEMO, "one": one.pk, "other": other.pk}, "?au=2024-12-31")]


def campaigns() -> list[Example]:
    """The campaign of the demonstration."""
    found = Campaign.objects.filter(contract__slug="demo-cper").order_by("pk")
    return [Example({**DEMO, "number": campaign.pk}) for campaign in found[:1]]


def requests() -> list[Example]:
    """The request answered by a link, and one excused."""
    found = Request.objects.filter(partner__slug__in=["cd80", "cd60"]).order_by("-partner__slug")
    return [Example({**DEMO, "number": request.pk}) for request in found]


def held_links() -> list[DepositLink]:
    """The links that the visitor holds: one that nothing came by yet, one that is in use."""
    return list(DepositLink.objects.order_by("pk"))


def behind_link() -> list[Example]:
    """The pages of those links."""
    return [Example({"link": link.pk}) for link in held_links()]


def returned(query: str = "") -> Callable[[], list[Example]]:
    """The returns of the second round of the demonstration, one a format."""

    def found() -> list[Example]:
        returns = Return.objects.filter(contract__slug="demo-cper", effective_on__year=2024)
        partners = ("etat", "cd59", "cd62")
        return [
            Example({**DEMO, "number": each.pk}, query)
            for each in returns.filter(partner__slug__in=partners).order_by("pk")
        ]

    return found


def returned_by_link() -> list[Example]:
    """The return that came by a deposit link, behind that link."""
    return [
        Example({"link": each.delivery.link_id, "number": each.pk})
        for each in Return.objects.filter(delivery__link__isnull=False).select_related("delivery")
    ]


def sheets() -> list[Example]:
    """The sheets of those returns, and one of them opened at a cell, then further down."""
    first = returned()()
    state = Return.objects.get(contract__slug="demo-cper", partner__slug="etat", effective_on=DAY)
    arguments = {**DEMO, "number": state.pk}
    at_cell = Example(arguments, "?feuille=Suivi+CPER&cellule=H46")
    return [*first, at_cell, Example(arguments, "?feuille=Suivi+CPER&ligne=90")]


def queries() -> list[Example]:
    """The threads of the demonstration."""
    return [
        Example({**DEMO, "number": query.submitted_id, "query": query.pk})
        for query in Query.objects.order_by("pk")
    ]


def planned() -> list[Example]:
    """The operations of the demonstration that have a plan, and one that has none."""
    found = Operation.objects.filter(contract__slug="demo-cper")
    with_plan = found.filter(plans__isnull=False).distinct().order_by("code")
    return [
        Example({**DEMO, "code": each.code})
        for each in [*with_plan, found.filter(plans__isnull=True).order_by("code")[0]]
    ]


def documents() -> list[Example]:
    """The document of the demonstration."""
    found = Document.objects.filter(contract__slug="demo-cper")
    return [Example({**DEMO, "number": each.pk}) for each in found[:1]]


def some_operations() -> list[Example]:
    """Operations of the demonstration: with a place, with a plan, shared."""
    found = Operation.objects.order_by("code").select_related("contract")
    chosen = [
        found.filter(contract__slug="demo-cper", locations__isnull=False)[0],
        found.filter(contract__slug="demo-cper", plans__isnull=False)[0],
        found.filter(memberships__isnull=False)[0],
    ]
    return [
        Example({"slug": each.contract.slug, "code": each.code}, "?au=2024-12-31")
        for each in chosen
        if each.contract
    ]


def shared_lines() -> list[Example]:
    """A line that two contracts of the demonstration hold."""
    contract = Contract.objects.get(slug=DEMO["slug"])
    held = shared_lines_of(contract, DAY, last_number())
    return [
        Example(
            {
                **DEMO,
                "operation": operation,
                "funder": Organisation.objects.get(pk=funder).slug,
            },
            f"?au=2024-12-31&dispositif={scheme}",
        )
        for operation, funder, scheme in [each.line for each in held][:1]
    ]


def remarks() -> list[Example]:
    """Remarks of the demonstration, on an operation and on a figure: open, resolved, withdrawn."""
    if not Remark.objects.exists():
        _write_remarks()
    return [Example({**DEMO, "number": each.pk}) for each in Remark.objects.order_by("pk")]


def _write_remarks() -> None:
    contract = Contract.objects.get(slug=DEMO["slug"])
    team = User.objects.filter(accesses__contract=contract, accesses__level="manager")
    author = team.order_by("pk")[0]
    situation = Situation(DAY, last_number(), {})
    code = some_operations()[0].arguments["code"]
    for subject in (f"operation:{code}", "figure:axis=I&funder=etat&stage=committed"):
        made = [write(contract, subject, situation, REMARK, author) for _ in range(3)]
        resolve(made[1], author)
        withdraw(made[2], author)


EXAMPLES: Examples = {
    "remarks:remarks": lambda: [
        Example(DEMO, "?au=2024-12-31"),
        Example(DEMO, "?etat=ouvertes&pour=moi"),
        Example(REAL),
    ],
    "remarks:write": lambda: [
        Example(DEMO, f"?sujet=operation:{some_operations()[0].arguments['code']}&au=2024-12-31"),
        Example(DEMO, "?sujet=figure:stage%3Dcommitted%26funder%3Detat"),
    ],
    "remarks:remark": remarks,
    "remarks:act": remarks,
    "workspace:directory": lambda: [Example(DEMO), Example(DEMO, "?q=region"), Example(REAL)],
    "workspace:programme": lambda: [Example(begun())],
    "workspace:signatories": lambda: [Example(begun())],
    "workspace:operations": lambda: [
        Example(DEMO, "?au=2024-12-31"),
        Example(DEMO, "?au=2024-12-31&axe=II&stade=paid&tri=-programmed&page=2&q=e"),
        Example(REAL),
    ],
    "workspace:operation-new": lambda: [Example(DEMO)],
    "workspace:operation": some_operations,
    "workspace:operation-contracts": lambda: some_operations()[:1],
    "library:documents": lambda: [Example(DEMO), Example(DEMO, "?q=contrat"), Example(REAL)],
    "library:document-new": lambda: [Example(DEMO)],
    "library:document": documents,
    "library:document-file": documents,
    "library:articles": lambda: [Example(DEMO)],
    "library:article-new": lambda: [Example(DEMO)],
    "library:article": lambda: [
        Example({**DEMO, "number": each.pk})
        for each in Article.objects.filter(contract__slug="demo-cper")[:1]
    ],
    "portal:document": lambda: [
        Example({"number": each.pk, "name": "document"}) for each in Document.objects.all()[:1]
    ],
    "portal:article": lambda: [
        Example({"number": each.pk, "name": slugify(each.title)[:60]})
        for each in Article.objects.all()[:2]
    ],
    "portal:article-picture": list,
    "search:search": lambda: [
        Example({}),
        Example({}, "?q=mediateque&au=2024-12-31"),
        Example({}, "?q=demo&genre=operations&page=2"),
    ],
    "workspace:map": lambda: [
        Example(DEMO, "?au=2024-12-31"),
        Example(DEMO, "?au=2024-12-31&echelle=commune&mesure=habitant&perimetre=PSAT"),
        Example(DEMO, "?au=2024-12-31&echelle=departement&stade=paid&tri=-each&unite=eur"),
        Example(REAL),
    ],
    "portal:contract": lambda: [Example(DEMO), Example(REAL)],
    "portal:publication": lambda: [Example(DEMO)],
    "workspace:territories": lambda: [Example({}), Example({}, "?q=valenciennes")],
    "workspace:territory": lambda: [
        Example({"code": "59350"}, "?au=2024-12-31"),
        Example({"code": "59"}, "?au=2024-12-31&avec=PSAT&unite=eur"),
    ],
    "financing:plans": lambda: [Example(DEMO, "?q=mediatheque"), Example(REAL)],
    "financing:plan": planned,
    "financing:write": lambda: [planned()[0], planned()[-1]],
    "returns:campaigns": lambda: [Example(DEMO), Example(REAL)],
    "returns:campaign-new": lambda: [Example(DEMO)],
    "returns:campaign": campaigns,
    "returns:campaign-change": campaigns,
    "returns:campaign-act": campaigns,
    "returns:request-new": campaigns,
    "returns:request": requests,
    "returns:request-act": requests,
    "deposit-link": lambda: [Example({"secret": secret_of(link)}) for link in held_links()],
    "deposit:home": behind_link,
    "returns:prefilled": lambda: [
        Example({**DEMO, "number": request.pk, "kind": kind})
        for kind in ("xlsx", "ods")
        for request in Request.objects.order_by("pk")[:1]
    ],
    "deposit:prefilled": lambda: [
        Example({"link": link.pk, "number": link.request_id, "kind": "ods"})
        for link in held_links()
    ],
    "notices:try-again": a_notice,
    "account_reset_password_from_key": lambda: [Example({"uidb36": "1", "key": "trop-ancien"})],
    "ui:components": lambda: [Example({}), Example({}, "?unite=eur&tri=-cost&page=3")],
    "reconciliation:gaps": lambda: [
        Example(DEMO, f"?{BETWEEN}"),
        Example(DEMO, f"?{BETWEEN}&statut=differs&tri=-gap"),
        Example(DEMO, f"?{BETWEEN}&statut=tous&perimetre=PSAT"),
        Example(REAL),
    ],
    "reconciliation:gap": a_gap_of_each_state,
    "reconciliation:document": list,
    "reconciliation:agreements": lambda: [
        Example(DEMO),
        Example(DEMO, "?etat=proposed&unite=keur&tri=-figure"),
        Example(REAL),
    ],
    "reconciliation:tolerance": lambda: [Example(DEMO)],
    "reconciliation:signoffs": lambda: [Example(DEMO, "?au=2024-12-31"), Example(REAL)],
    "reconciliation:signoff": signoffs,
    "reconciliation:compare": compared,
    "returns:return": returned(),
    "returns:return-file": returned(),
    "returns:return-annotated": returned(),
    "returns:return-sheet": sheets,
    "returns:query": queries,
    "deposit:return": returned_by_link,
    "deposit:return-file": returned_by_link,
    "deposit:return-annotated": returned_by_link,
    "deposit:return-sheet": returned_by_link,
    "deposit:query": list,
    "returns:rules": lambda: [Example(DEMO), Example(DEMO, "?kind=decrease&shown=12")],
    "returns:revoke-waiver": list,
    "returns:list": lambda: [Example(DEMO), Example(REAL)],
    "returns:deposit": lambda: [Example(DEMO), Example(REAL)],
    "returns:delivery": deliveries,
    "returns:delivery-progress": lambda: deliveries("received"),
    "returns:delivery-file": lambda: deliveries("refused"),
    "returns:delivery-act": list,
    "returns:delivery-layout": lambda: deliveries("layout"),
    "returns:delivery-operations": lambda: deliveries("matching", "ready", "submitted"),
    "returns:delivery-all-new": list,
    "returns:delivery-operation": questions,
    "returns:delivery-next": lambda: [
        Example({**example.arguments, "after": 0}) for example in deliveries("matching", "ready")
    ],
    "returns:delivery-preview": lambda: deliveries("ready", "submitted"),
    "deposit:deposit": behind_link,
    "deposit:delivery": deliveries_by_link,
    "deposit:delivery-progress": list,
    "deposit:delivery-file": lambda: deliveries_by_link("refused"),
    "deposit:delivery-act": list,
    "deposit:delivery-layout": lambda: deliveries_by_link("layout"),
    "deposit:delivery-operations": lambda: deliveries_by_link("matching", "submitted"),
    "deposit:delivery-all-new": list,
    "deposit:delivery-operation": questions_by_link,
    "deposit:delivery-next": lambda: [
        Example({**example.arguments, "after": 0}) for example in deliveries_by_link("matching")
    ],
    "deposit:delivery-preview": lambda: deliveries_by_link("submitted"),
    "returns:layouts": lambda: [Example(DEMO), Example(REAL)],
    "returns:layout": lambda: [
        Example(DEMO | {"partner": "etat", "layout": "etat-sgar"}),
        Example(DEMO | {"partner": "caam", "layout": "caam"}),
    ],
    "returns:layout-version": lambda: [
        Example(DEMO | {"partner": "mel", "layout": "mel", "version": 0})
    ],
    "workspace:contract": lambda: [
        Example(DEMO, "?au=2024-12-31"),
        Example(DEMO, "?au=2024-12-31&depuis=2023-12-31&stade=paid&unite=eur"),
        Example(REAL),
        Example(begun()),
    ],
    "workspace:sheet": lambda: [Example(DEMO), Example(REAL), Example(PACT)],
    "workspace:maquette": lambda: [Example(DEMO, f"?{BETWEEN}"), Example(REAL)],
    "workspace:overlap": lambda: [Example({}), Example({}, "?contrats=demo-cper")],
    "workspace:shared-lines": lambda: [Example(DEMO, "?au=2024-12-31"), Example(REAL)],
    "workspace:shared-line": shared_lines,
    "workspace:duplicates": lambda: [Example(DEMO), Example(REAL)],
    "workspace:duplicate": a_pair,
    "workspace:figure": lambda: [Example(DEMO, f"?{BETWEEN}&stage=committed&funder=etat&axis=I")],
    "workspace:ordinary-figure": lambda: [Example({}, "?stage=programmed&perimeter=PSAT")],
    "workspace:statement": statements,
    "workspace:statement-file": lambda: statements()[:1],
}
