"""Error pages: one sentence and a way back."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

PAGES: dict[int, tuple[Promise, Promise]] = {
    400: (
        gettext_lazy("Demande illisible"),
        gettext_lazy("L'adresse ou le formulaire envoyé n'a pas de sens pour Beffroi."),
    ),
    403: (
        gettext_lazy("Accès refusé"),
        gettext_lazy(
            "Vos droits n'ouvrent pas cette page : demandez-les à l'équipe qui pilote le contrat."
        ),
    ),
    404: (
        gettext_lazy("Page introuvable"),
        gettext_lazy("Rien n'existe à cette adresse : elle a pu changer, ou être mal recopiée."),
    ),
    405: (
        gettext_lazy("Action impossible"),
        gettext_lazy(
            "Cette adresse ne s'ouvre pas ainsi : revenez à la page précédente "
            "et utilisez son bouton."
        ),
    ),
    429: (
        gettext_lazy("Trop de demandes"),
        gettext_lazy("Attendez quelques minutes avant de recommencer."),
    ),
}


def error_page(
    request: HttpRequest, number: int, exception: Exception | None = None
) -> HttpResponse:
    """The page of that error, in the layout.

    A refusal that explains itself (``raise BadRequest(_("…"))``) is shown as it is said.
    """
    title, sentence = PAGES[number]
    said = str(exception) if isinstance(exception, BadRequest | PermissionDenied) else ""
    context: dict[str, object] = {
        "number": number,
        "title": title,
        "sentence": said or sentence,
        "back": "/",
    }
    context["back_label"] = _("Revenir à l'accueil")
    return render(request, "ui/error.html", context, status=number)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return error_page(request, 400, exception)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return error_page(request, 403, exception)


@login_not_required
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return error_page(request, 404)


@login_not_required
def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429."""
    return error_page(request, 429)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500: nothing is asked of the database, of the session or of the layout."""
    page = render_to_string(
        "ui/bare_error.html",
        {
            "language": get_language(),
            "static": settings.STATIC_URL,
            "title": _("Beffroi s'est trompé"),
            "sentence": _(
                "La page n'a pas pu être faite ; rien n'a été enregistré. L'erreur est notée au "
                "journal du serveur : réessayez, puis prévenez qui l'administre."
            ),
            "back": "/",
            "back_label": _("Revenir à l'accueil"),
        },
    )
    return HttpResponse(page, status=500)
