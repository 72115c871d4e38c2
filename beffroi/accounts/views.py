"""Signing in and out, passwords, language: allauth's views in our layout."""

from __future__ import annotations

from allauth.account import views as allauth_views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from django.views.i18n import set_language

from beffroi.accounts import forms
from beffroi.accounts.actions import choose_language


class SignIn(allauth_views.LoginView):
    """The door."""

    template_name = "accounts/sign_in.html"
    form_class = forms.SignInForm


@method_decorator(login_not_required, name="dispatch")
@method_decorator(require_POST, name="dispatch")
class SignOut(allauth_views.LogoutView):
    """By a button only: an address followed by mistake signs nobody out."""


class Inactive(allauth_views.AccountInactiveView):
    """For those whose account was closed."""

    template_name = "accounts/inactive.html"


class Account(TemplateView):
    """What Beffroi knows of whoever is signed in."""

    template_name = "accounts/account.html"


class ChangePassword(allauth_views.PasswordChangeView):
    """The current password, then the new one."""

    template_name = "accounts/change_password.html"
    form_class = forms.ChangePasswordForm


class SetPassword(allauth_views.PasswordSetView):
    """The first password of an account that had none."""

    template_name = "accounts/change_password.html"
    form_class = forms.SetPasswordForm


class AskPassword(allauth_views.PasswordResetView):
    """A letter is asked for."""

    template_name = "accounts/ask_password.html"
    form_class = forms.AskPasswordForm


class PasswordAsked(allauth_views.PasswordResetDoneView):
    """The letter is on its way."""

    template_name = "accounts/password_asked.html"


class ChoosePassword(allauth_views.PasswordResetFromKeyView):
    """The letter's link leads here."""

    template_name = "accounts/choose_password.html"
    form_class = forms.ChoosePasswordForm


class PasswordChosen(allauth_views.PasswordResetFromKeyDoneView):
    """The new password works."""

    template_name = "accounts/password_chosen.html"


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Read Beffroi in another language, here and at the next sign-in."""
    response: HttpResponse = set_language(request)
    if request.user.is_authenticated:
        choose_language(request.user, request.POST.get("language", ""))
    return response
