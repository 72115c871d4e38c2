"""Addresses of the whole site."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path(
        "",
        login_not_required(RedirectView.as_view(pattern_name="workspace:portfolio")),
        name="home",
    ),
    path("", include("beffroi.server.urls")),
    path("compte/", include("beffroi.accounts.urls")),
    path("espace/", include("beffroi.ui.urls")),
    path("espace/", include("beffroi.notices.urls")),
    path("", include("beffroi.returns.urls")),
    path("", include("beffroi.portal.urls")),
    path("espace/", include("beffroi.search.urls")),
    path("espace/", include("beffroi.workspace.urls")),
    path("espace/", include("beffroi.remarks.urls")),
    path("espace/", include("beffroi.library.urls")),
    path("espace/", include("beffroi.financing.urls")),
    path("espace/", include("beffroi.reconciliation.urls")),
]

handler400 = "beffroi.ui.errors.bad_request"
handler403 = "beffroi.ui.errors.permission_denied"
handler404 = "beffroi.ui.errors.page_not_found"
handler429 = "beffroi.ui.errors.too_many_requests"
handler500 = "beffroi.ui.errors.server_error"
