"""All settings, from the environment only. Every wrong variable is named at once, and then nothing starts."""

import os
import secrets
import sqlite3
import sys
import zoneinfo
from pathlib import Path
from typing import Any

from environs import Env, EnvError, validate

from mlcanvas.sqlite import pragmas

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env(eager=False)

PRODUCTION: bool = env.bool("MLCANVAS_PRODUCTION", False)
DEBUG: bool = env.bool("MLCANVAS_DEBUG", False)
DATA_DIR: Path = env.path("MLCANVAS_DATA_DIR", BASE_DIR / "data")
ALLOWED_HOSTS: list[str] = env.list(
    "MLCANVAS_HOSTS", [] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("MLCANVAS_TRUSTED_ORIGINS", [])
_static_root: Path = env.path("MLCANVAS_STATIC_ROOT", BASE_DIR / "static-collected")
# More fonts for PDFs, for scripts that ours do not have.
REPORT_FONT_DIR: Path | None = env.path("MLCANVAS_REPORT_FONTS", None)
# What one document may take in the process that makes it; the process is replaced when it holds more memory than this.
REPORT_SECONDS: int = env.int("MLCANVAS_REPORT_SECONDS", 20, validate=validate.Range(1, 600))
REPORT_MEMORY_MB: int = env.int("MLCANVAS_REPORT_MEMORY_MB", 512, validate=validate.Range(128, 65_536))
# Who does what goes on in the background: the web server beside its pages, or `manage.py worker`.
JOBS: str = env.str("MLCANVAS_JOBS", "server", validate=validate.OneOf(["server", "worker"]))
SIGN_UP_OPEN: bool = env.bool("MLCANVAS_SIGN_UP", False)
BEHIND_TLS_PROXY: bool = env.bool("MLCANVAS_TLS_PROXY", False)
_secret_key: str = env.str("MLCANVAS_SECRET_KEY", "")
_secret_key_file: str = env.str("MLCANVAS_SECRET_KEY_FILE", "")
LOG_LEVEL: str = env.str("MLCANVAS_LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
LANGUAGE_CODE: str = env.str("MLCANVAS_LANGUAGE", "en", validate=validate.OneOf(["en", "pt-br"]))
TIME_ZONE: str = env.str("MLCANVAS_TIME_ZONE", "UTC")
_database: dict[str, Any] = env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'mlcanvas.sqlite3'}")
EMAIL_HOST: str = env.str("MLCANVAS_MAIL_HOST", "")
EMAIL_PORT: int = env.int("MLCANVAS_MAIL_PORT", 587)
EMAIL_HOST_USER: str = env.str("MLCANVAS_MAIL_USER", "")
EMAIL_HOST_PASSWORD: str = env.str("MLCANVAS_MAIL_PASSWORD", "")
EMAIL_USE_TLS: bool = env.bool("MLCANVAS_MAIL_TLS", True)
DEFAULT_FROM_EMAIL: str = env.str("MLCANVAS_FROM_EMAIL", "mlcanvas@localhost")


def _given_secret() -> str:
    """The secret that the operator gave, from the file where one is named."""
    file = Path(_secret_key_file)
    return file.read_text().strip() if _secret_key_file and file.is_file() else _secret_key


def _wrong() -> list[str]:
    """Every reason not to start, one sentence each."""
    wrong: list[str] = []
    try:
        env.seal()
    except EnvError as error:
        details = getattr(error, "error_messages", None) or {"environment": [str(error)]}
        wrong += [f"{name}: {' '.join(map(str, reasons))}" for name, reasons in details.items()]
    if _secret_key_file and not Path(_secret_key_file).is_file():
        wrong.append(f"MLCANVAS_SECRET_KEY_FILE: there is no file {_secret_key_file}.")
    if TIME_ZONE and TIME_ZONE not in zoneinfo.available_timezones():
        wrong.append("MLCANVAS_TIME_ZONE: there is no such time zone; write it like America/Sao_Paulo.")
    if PRODUCTION:
        if not _secret_key_file and len(_secret_key) < 50:
            wrong.append("MLCANVAS_SECRET_KEY: set at least 50 random characters, or MLCANVAS_SECRET_KEY_FILE.")
        if _secret_key_file and len(_given_secret()) < 50:
            wrong.append("MLCANVAS_SECRET_KEY_FILE: the file must hold at least 50 random characters.")
        if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
            wrong.append("MLCANVAS_HOSTS: name the hosts that people will use, separated by commas.")
        if DEBUG:
            wrong.append("MLCANVAS_DEBUG: cannot be on together with MLCANVAS_PRODUCTION.")
    return wrong


if _reasons := _wrong():
    sys.exit("mlcanvas does not start, because these settings are wrong:\n" + "\n".join(f"- {r}" for r in _reasons))


def _local_secret() -> str:
    """A secret made once for this data directory, readable by its owner only."""
    path = DATA_DIR / "secret-key"
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secret := secrets.token_urlsafe(64))
    return secret


SECRET_KEY: str = _given_secret() or _local_secret()

INSTALLED_APPS = [
    "mlcanvas.ops",
    "mlcanvas.exchange",
    "mlcanvas.reviews",
    "mlcanvas.reports",
    "mlcanvas.tracker",
    "mlcanvas.advice",
    "mlcanvas.canvas",
    "mlcanvas.risks",
    "mlcanvas.costs",
    "mlcanvas.baselines",
    "mlcanvas.scope",
    "mlcanvas.projects",
    "mlcanvas.workspaces",
    "mlcanvas.web",
    "mlcanvas.accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "template_partials",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "mlcanvas.web.middleware.steady",
    "mlcanvas.web.middleware.Compression",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "mlcanvas.web.middleware.redirects_for_fragments",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mlcanvas.web.middleware.says_what_is_stored",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "mlcanvas.urls"
WSGI_APPLICATION = "mlcanvas.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mlcanvas.web.context.page",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database

if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        # Without IMMEDIATE, a transaction that reads first dies with "database is locked" when a team writes.
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        "init_command": pragmas(sqlite3.sqlite_version_info[:3]),
    }
    Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
else:
    # A connection of the pool is tried before it is handed out: it may be older than the server's last restart.
    _database["CONN_HEALTH_CHECKS"] = True
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
        "application_name": "mlcanvas",
        "options": "-c statement_timeout=15000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=30000",
    }
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Accounts

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "mlcanvas.accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "mlcanvas.accounts.adapter.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "mlcanvas.accounts.forms.SignUpForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "mlcanvas.accounts.models.display"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = False
# A code that was begun in one half minute is typed in the next (RFC 6238, 5.2 allows one step).
MFA_TOTP_TOLERANCE = 1
# No address is ever verified here (accounts come by invitation), and without this nobody could have a second step.
MFA_ALLOW_UNVERIFIED_EMAIL = True
USERSESSIONS_TRACK_ACTIVITY = False
PASSWORD_RESET_TIMEOUT = 3600
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"

# Languages

LANGUAGES = [("en", "English"), ("pt-br", "Português (Brasil)")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["mlcanvas.formats"]
USE_THOUSAND_SEPARATOR = True
USE_TZ = True

# Files

STATIC_URL = "static/"
# On a laptop, files are served from where they are; collecting is a step of the image.
STATIC_ROOT = _static_root if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
_static_storage = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if PRODUCTION
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage},
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# Mail

# Without a mail server nothing is sent, and the pages show the links instead.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
EMAIL_TIMEOUT = 10

# Browser

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        # data: is for the small pictures that Tabler's own stylesheet holds.
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "manifest-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    # Preloading is the operator's promise for a whole domain, not ours to make.
    SILENCED_SYSTEM_CHECKS = ["security.W021"]
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrf"
    if BEHIND_TLS_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        # Otherwise all visitors would share the proxy's address, and its limit of sign-ins.
        ALLAUTH_TRUSTED_PROXY_COUNT = 1

# Shared by every process, so that sign-in limits hold for all of them together.
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    # PDFs of revisions. They are large and can be made again, so they are no rows of the database.
    "reports": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(DATA_DIR / "cache" / "reports"),
        "TIMEOUT": 30 * 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
    # Pictures that a process can draw again in a tenth of a second: kept by the digest of all that they show.
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "process",
        "OPTIONS": {"MAX_ENTRIES": 300},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
