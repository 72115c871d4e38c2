"""How allauth behaves here: accounts are made by the contract team, not by whoever comes."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: What allauth says, by the name of its message; anything else it would say is noise here.
SENTENCES: dict[str, str | Promise] = {
    "logged_out": _("Vous êtes déconnecté."),
    "password_changed": _("Votre mot de passe est changé."),
    "password_set": _("Votre mot de passe est enregistré."),
}


class ClosedAdapter(DefaultAccountAdapter):
    """No public sign-up, our own sentences and our own letters."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "Cette adresse et ce mot de passe ne correspondent à aucun compte : vérifiez-les, "
            "ou demandez un nouveau mot de passe."
        ),
        "too_many_login_attempts": _(
            "Trop d'essais manqués : attendez cinq minutes avant de recommencer, "
            "ou demandez un nouveau mot de passe."
        ),
        "enter_current_password": _("Ce n'est pas votre mot de passe actuel."),
        "incorrect_password": _("Ce n'est pas votre mot de passe."),
        "account_inactive": _("Ce compte est désactivé."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account alone."""
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Let people in, in their language."""
        response = super().post_login(request, user, **kwargs)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return response

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Whoever leaves is back at the door."""
        return str(settings.LOGIN_URL)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the account's page, where the new message is read."""
        return "accounts:account"

    def format_email_subject(self, subject: str) -> str:
        """Letters are from Beffroi, whatever the host it answers at."""
        return f"[Beffroi] {subject}"

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Our letters, under the names allauth knows them by."""
        ours = template_prefix.replace("account/email/", "accounts/mail/")
        return super().render_mail(ours, email, context, headers)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say one of our sentences."""
        name = (message_template or "").rpartition("/")[2].removesuffix(".txt")
        sentence = message or SENTENCES.get(name)
        if sentence:
            messages.add_message(request, level, str(sentence), extra_tags=extra_tags)
