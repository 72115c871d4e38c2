"""Addresses of accounts. allauth looks for its own pages by the names ``account_…``."""

from __future__ import annotations

from django.urls import include, path, re_path

from beffroi.accounts import views

ours = (
    [
        path("", views.Account.as_view(), name="account"),
        path("langue", views.language, name="language"),
    ],
    "accounts",
)

urlpatterns = [
    path("", include(ours)),
    path("connexion", views.SignIn.as_view(), name="account_login"),
    path("deconnexion", views.SignOut.as_view(), name="account_logout"),
    path("inactif", views.Inactive.as_view(), name="account_inactive"),
    path("mot-de-passe", views.ChangePassword.as_view(), name="account_change_password"),
    path("premier-mot-de-passe", views.SetPassword.as_view(), name="account_set_password"),
    path("mot-de-passe-oublie", views.AskPassword.as_view(), name="account_reset_password"),
    path(
        "mot-de-passe-oublie/envoye",
        views.PasswordAsked.as_view(),
        name="account_reset_password_done",
    ),
    path(
        "mot-de-passe-oublie/choisi",
        views.PasswordChosen.as_view(),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^mot-de-passe-oublie/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)$",
        views.ChoosePassword.as_view(),
        name="account_reset_password_from_key",
    ),
]
