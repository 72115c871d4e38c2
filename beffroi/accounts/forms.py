"""The forms of sign-in: allauth's, with our words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

#: Label and hint of each field.
Words = dict[str, tuple[Any, Any]]

ADDRESS = _("Adresse électronique")
NEW_PASSWORD: Words = {
    "password1": (
        _("Nouveau mot de passe"),
        _("Douze caractères au moins ; une phrase se retient mieux qu'un mot."),
    ),
    "password2": (_("Nouveau mot de passe, une seconde fois"), ""),
}


def speak(form: forms.BaseForm, words: Words) -> None:
    """Give the fields our labels and hints, and take away what repeats the label."""
    for name, (label, hint) in words.items():
        field = form.fields[name]
        field.label, field.help_text = label, hint
        field.widget.attrs.pop("placeholder", None)


class SignInForm(allauth_forms.LoginForm):
    """E-mail address and password; « stay signed in » is asked in one sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(
            self,
            {
                "login": (ADDRESS, ""),
                "password": (_("Mot de passe"), ""),
                "remember": (_("Rester connecté sur cet appareil"), ""),
            },
        )
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    """The current password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self, {"oldpassword": (_("Mot de passe actuel"), ""), **NEW_PASSWORD})


class SetPasswordForm(allauth_forms.SetPasswordForm):
    """The first password of an account that had none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self, NEW_PASSWORD)


class AskPasswordForm(allauth_forms.ResetPasswordForm):
    """Where to send the letter that lets one choose a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self, {"email": (ADDRESS, "")})

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Write to the address, whether it has an account or not: the page must not tell."""
        email: str = self.cleaned_data["email"]
        if self.users:
            return super().save(request, **kwargs)
        get_adapter().send_mail("account/email/unknown_account", email, {})
        return email


class ChoosePasswordForm(allauth_forms.ResetPasswordKeyForm):
    """The new password, after following the letter's link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self, NEW_PASSWORD)
