"""Django's settings. What an operator may set comes from the environment: docs/operations.md."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from beffroi.server import configuration
from beffroi.server.roles import APPLICATION, OWNER

BASE_DIR = Path(__file__).resolve().parent
DATA = configuration.data_directory()
FILES_ROOT = DATA / "files"

DEBUG = configuration.boolean("BEFFROI_DEBUG", default=False)
SECRET_KEY = configuration.secret_key(DATA)
ALLOWED_HOSTS = configuration.names("BEFFROI_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
HTTPS = configuration.boolean("BEFFROI_HTTPS", default=False)

DATABASES = {
    "default": configuration.database(configuration.DATABASE_URL)
    or configuration.connection(
        host=os.environ.get("BEFFROI_SOCKET", str(DATA / "socket")), user=APPLICATION
    )
}
DATABASE_OWNER = configuration.database(configuration.DATABASE_OWNER_URL) or {
    **DATABASES["default"],
    **({} if configuration.database(configuration.DATABASE_URL) else {"USER": OWNER}),
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "beffroi.server",
    "beffroi.ui",
    "beffroi.files",
    "beffroi.accounts",
    "beffroi.journal",
    "beffroi.jobs",
    "beffroi.notices",
    "beffroi.territories",
    "beffroi.partners",
    "beffroi.contracts",
    "beffroi.operations",
    "beffroi.financing",
    "beffroi.ledger",
    "beffroi.framework",
    "beffroi.returns",
    "beffroi.reconciliation",
    "beffroi.remarks",
    "beffroi.library",
    "beffroi.search",
    "beffroi.workspace",
    "beffroi.portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "beffroi.journal.middleware.JournalMiddleware",
    "beffroi.ui.middleware.MethodNotAllowedPage",
    "beffroi.ui.middleware.NoNulCharacter",
    "beffroi.ui.middleware.PrivatePages",
]

ROOT_URLCONF = "beffroi.urls"
WSGI_APPLICATION = "beffroi.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "beffroi.notices.context.notices",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace:portfolio"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "beffroi.accounts.adapter.ClosedAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("BEFFROI_SMTP_HOST")
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = os.environ.get("BEFFROI_SMTP_HOST", "")
SMTP_SECURITY = configuration.smtp_security()
EMAIL_USE_TLS = SMTP_SECURITY == "starttls"
EMAIL_USE_SSL = SMTP_SECURITY == "tls"
EMAIL_PORT = configuration.smtp_port()
EMAIL_HOST_USER = os.environ.get("BEFFROI_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("BEFFROI_SMTP_PASSWORD", "")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("BEFFROI_MAIL_FROM", "beffroi@localhost")

#: Where people reach the site: what mails give as address.
PUBLIC_URL = configuration.public_url()
#: How many proxies of ours stand before the web process: whose word on addresses is taken.
ALLAUTH_TRUSTED_PROXY_COUNT = configuration.proxies()

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
CSRF_TRUSTED_ORIGINS = configuration.names("BEFFROI_ORIGINS", default=[])
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
LARGEST_UPLOAD = 50_000_000  # the limit of a workbook: returns/reading/workbook.py
FILE_UPLOAD_HANDLERS = ["beffroi.files.uploads.LimitedUpload"]

PGHISTORY_APPEND_ONLY = True
SILENCED_SYSTEM_CHECKS: list[str] = []

# What goes wrong is written to the output of the server, with its traceback.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"dated": {"format": "{asctime} {levelname} {name} : {message}", "style": "{"}},
    "handlers": {"output": {"class": "logging.StreamHandler", "formatter": "dated"}},
    "loggers": {
        "django.request": {"handlers": ["output"], "level": "ERROR", "propagate": False},
        "beffroi": {"handlers": ["output"], "level": "WARNING"},
        "procrastinate": {"handlers": ["output"], "level": "WARNING"},
    },
}
