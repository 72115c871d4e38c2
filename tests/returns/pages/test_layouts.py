"""The pages of layouts: what each reads, its versions, files out and in, and who may."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from beffroi.accounts.models import User
from beffroi.contracts.models import Access, Contract
from beffroi.partners.models import Organisation
from beffroi.returns.layouting.files import layout_file, read_layout_file
from beffroi.returns.layouting.storing import NewVersion, store_version
from beffroi.returns.models import StoredLayout
from tests.returns.layouting.contents import content
from tests.worlds import make_world

pytestmark = pytest.mark.django_db

MINE, OTHER = "source-0", "source-1"


@pytest.fixture
def contract() -> Contract:
    return make_world().contract


def signed_in(contract: Contract, level: str) -> Client:
    user = User.objects.create_user(f"{level}@exemple.fr", "x" * 12, full_name="Camille Essai")
    mine = Organisation.objects.get(slug=MINE) if level == "contributor" else None
    Access.objects.create(contract=contract, user=user, level=level, organisation=mine)
    client = Client()
    client.force_login(user)
    return client


def every_layout(contract: Contract) -> str:
    return reverse("returns:layouts", args=[contract.slug])


def one_layout(contract: Contract, name: str = "suivi-des-aides", partner: str = MINE) -> str:
    return reverse("returns:layout", args=[contract.slug, partner, name])


def sent(after: int = 0, note: str = "", **changes: object) -> dict[str, object]:
    """A form with a layout's file."""
    written = layout_file(content(**{"source": MINE, **changes}))
    return {
        "file": SimpleUploadedFile("mise-en-page.yaml", written.encode()),
        "after": after,
        "note": note,
    }


def test_a_layout_comes_in_changes_and_goes_out(contract: Contract) -> None:
    client = signed_in(contract, "contributor")
    answer = client.post(every_layout(contract), sent(note="Première version"), follow=True)
    assert answer.redirect_chain[0][0] == one_layout(contract)
    page = answer.content.decode()
    for said in ("Version 1", "Camille Essai", "Première version", "programmé, Source 0"):
        assert said in page
    assert "«\xa0Aide accordée\xa0»" in page

    renamed = {"header": ["Aide votée"], "stage": "programmed", "funder": MINE}
    answer = client.post(one_layout(contract), sent(after=1, amounts=[renamed]), follow=True)
    page = answer.content.decode()
    assert "était lu dans «\xa0Aide accordée\xa0», l&#x27;est dans «\xa0Aide votée\xa0»" in page

    for version in (1, 2):
        file = client.get(f"{one_layout(contract)}/{version}")
        assert f"suivi-des-aides-v{version}.yaml" in file["Content-Disposition"]
        kept = StoredLayout.objects.get(version=version).content
        assert read_layout_file(file.content, [MINE]) == kept
    assert client.get(f"{one_layout(contract)}/3").status_code == 404
    assert "2" in client.get(every_layout(contract)).content.decode()


def test_somebody_made_the_version_meanwhile(contract: Contract) -> None:
    client = signed_in(contract, "manager")
    partner = Organisation.objects.get(slug=MINE)
    store_version(contract, partner, NewVersion("suivi-des-aides", content(MINE)), by=None)
    client.post(one_layout(contract), sent(after=1, unit="k€"))
    answer = client.post(one_layout(contract), sent(after=1, unit="M€"))
    assert answer.status_code == 422
    assert "Camille Essai vient de faire la version 2" in answer.content.decode()
    assert StoredLayout.objects.count() == 2


def test_the_faults_of_a_file_are_told(contract: Contract) -> None:
    client = signed_in(contract, "manager")
    wrong = sent(unit="francs", source="atlantide")
    answer = client.post(every_layout(contract), wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "« francs » est inconnu" in page
    assert "« atlantide » est inconnu" in page
    for form, said in (
        ({"after": 0}, "Choisissez un fichier"),
        ({"after": 0, "file": SimpleUploadedFile("x.yaml", b"")}, "Le fichier est vide"),
        ({"after": 0, "file": SimpleUploadedFile("x.yaml", b"\x89PNG")}, "UTF-8"),
    ):
        answer = client.post(every_layout(contract), form)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    answer = client.post(one_layout(contract), sent())
    assert answer.status_code == 404, "no layout of that name"
    assert not StoredLayout.objects.exists()


def test_nobody_changes_the_layouts_of_another(contract: Contract) -> None:
    partner = Organisation.objects.get(slug=OTHER)
    store_version(contract, partner, NewVersion("leur", content(OTHER)), by=None)
    client = signed_in(contract, "contributor")
    theirs = one_layout(contract, "leur", OTHER)
    assert client.get(theirs).status_code == 200
    assert "Importer" not in client.get(theirs).content.decode()
    assert client.post(theirs, sent(after=1, source=OTHER)).status_code == 403
    assert client.post(every_layout(contract), sent(source=OTHER)).status_code == 403
    assert client.post(theirs, sent(after=1)).status_code == 403

    reader = signed_in(contract, "reader")
    assert "Importer" not in reader.get(every_layout(contract)).content.decode()
    assert reader.post(every_layout(contract), sent()).status_code == 403
    assert StoredLayout.objects.count() == 1


def test_a_contract_one_may_not_see_has_no_layouts(contract: Contract) -> None:
    other = Contract.objects.create(slug="autre", name="Autre", kind="cper")
    client = signed_in(other, "manager")
    assert client.get(every_layout(contract)).status_code == 404
    assert client.get(one_layout(contract)).status_code == 404
    assert client.post(every_layout(contract), sent()).status_code == 404
    assert Client().get(every_layout(contract)).status_code == 302


def test_a_layout_that_the_project_carries_is_the_first_version(contract: Contract) -> None:
    mel = Organisation.objects.create(slug="mel", name="MEL", sort_key="mel", kind="metropole")
    contract.participations.create(organisation=mel, role="signatory", rank=1)
    client = signed_in(contract, "manager")
    page = client.get(one_layout(contract, "mel", "mel"))
    assert "Fournie par Beffroi" in page.content.decode()
    file = client.get(one_layout(contract, "mel", "mel") + "/0")
    form = {
        "file": SimpleUploadedFile(
            "mel.yaml", file.content.replace(b"unit: \xe2\x82\xac", b"unit: k\xe2\x82\xac")
        ),
        "after": 0,
    }
    page = client.post(one_layout(contract, "mel", "mel"), form, follow=True).content.decode()
    assert "L&#x27;unité était « € », c&#x27;est « k€ »." in page
    assert StoredLayout.objects.get().version == 1
