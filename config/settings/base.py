"""Settings without a single variable: SQLite, local files, local cache, tasks run at once.

Every variable that is read is listed in docs/operations.md; nothing else reads the environment.
"""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=True)
DEMO = env.bool(
    "DEMO", default=DEBUG
)  # shows one-time codes on the page and the fake bank; never in production
SECRET_KEY = env.str("SECRET_KEY", default="only-for-a-demo-on-your-own-machine")
SALT_KEY = env.list("SALT_KEY", default=["demo-salt"])  # encrypts account numbers; the first writes, all read
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")  # printed on posters and in messages
OPERATOR_NAME = env.str("OPERATOR_NAME", default="Chợ Bản (bản chạy thử)")
OPERATOR_PHONE = env.str("OPERATOR_PHONE", default="")

INSTALLED_APPS = [
    "storefront",
    "growth",
    "payments",
    "orders",
    "catalog",
    "sellers",
    "places",
    "accounts",
    "common",
    "django_cotton",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks_db",
    "django_guid",
    "csp",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.snippets",
    "wagtail.users",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",
    "django.middleware.security.SecurityMiddleware",
    "common.middleware.StaticHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.public_pages.PublicPages",
    "csp.middleware.CSPMiddleware",
    "common.middleware.KeptSessions",
    "common.middleware.LanguageByPath",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "common.middleware.Refusals",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "common.templatetags.market",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "common.context.site",
                "storefront.context.frame",
            ],
        },
    }
]
FORM_RENDERER = "common.widgets.Renderer"

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'demo.sqlite3'}")}
DATABASE = DATABASES["default"]
if DATABASE["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock when a transaction starts: no "database is locked" half-way through
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
    }
else:
    DATABASE["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
    DATABASE["CONN_HEALTH_CHECKS"] = True
    # Only statements that ask for it are prepared (common/prepared.py): Django's own differ in every value
    DATABASE.setdefault("OPTIONS", {}).setdefault("prepare_threshold", 1_000_000)
DATABASE_PREPARE = DATABASE["ENGINE"].endswith("postgresql") and env.bool("DATABASE_PREPARE", default=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}
CACHE_PAGES = env.bool(
    "CACHE_PAGES", default=not DEBUG
)  # public pages for a minute, forgotten when they change
CACHE_BODIES = env.bool(
    "CACHE_BODIES", default=not DEBUG
)  # a shop's page again while nothing it shows has changed
# Pages made by other templates are never served; any word will do that changes with a release
_newest = max(int(path.stat().st_mtime) for path in (BASE_DIR / "templates").rglob("*.html"))
RELEASE = env.str("RELEASE", default=str(_newest))
CDN_PURGE_URL = env.str("CDN_PURGE_URL", default="")
CDN_PURGE_TOKEN = env.str("CDN_PURGE_TOKEN", default="")
RATE_LIMIT_STORAGE = env.str("RATE_LIMIT_STORAGE", default="memory://")  # or redis://… with several processes

TASKS = {
    "default": {
        "BACKEND": env.str("TASKS_BACKEND", default="django_tasks.backends.immediate.ImmediateBackend"),
        "ENQUEUE_ON_COMMIT": True,
    }
}

# --- people ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"phone", "email"}
# Nobody signs up alone. The list says what people may sign in with: staff have no phone, farmers no password
ACCOUNT_SIGNUP_FIELDS = ["phone", "password1*"]
SILENCED_SYSTEM_CHECKS = ["account.W001"]  # it warns that such a person could not sign up, which nobody can
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_PHONE_VERIFICATION_ENABLED = False  # a code proves the phone at every sign-in; staff may have none
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # staff are added by an administrator, who knows the address
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Chợ Bản] "
ACCOUNT_FORMS = {
    "request_login_code": "accounts.forms.AskForCode",
    "confirm_login_code": "accounts.forms.TypeCode",
    "login": "accounts.forms.StaffSignIn",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "after_login"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90  # a shared cheap phone should not ask for a code every morning
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_BACKEND = env.str(
    "MESSAGE_BACKEND", default="common.messaging.OnPageBackend" if DEMO else "common.messaging.ConsoleBackend"
)
MESSAGE_CHANNELS = {  # ways a person may choose instead of the phone's own
    name: path for name in ("zalo", "email") if (path := env.str(f"MESSAGE_{name.upper()}", default=""))
}
PUSH_PRIVATE_KEY = env.str(
    "PUSH_PRIVATE_KEY", default=""
)  # made by `manage.py push_key`; without it nobody is offered
PUSH_CONTACT = env.str(
    "PUSH_CONTACT", default="cho-ban@example.com"
)  # whom push services write to about trouble
PUSH_SERVICES = [  # the only addresses our server calls for a browser that says so
    "https://fcm.googleapis.com", "https://updates.push.services.mozilla.com", "https://*.push.apple.com",
    "https://*.notify.windows.com",
]  # fmt: skip
if PUSH_PRIVATE_KEY:
    MESSAGE_CHANNELS["push"] = "accounts.push.PushBackend"
MESSAGE_TIMEOUT = env.int("MESSAGE_TIMEOUT", default=10)  # seconds
SMS_URL, SMS_TOKEN = env.str("SMS_URL", default=""), env.str("SMS_TOKEN", default="")
SMS_SENDER = env.str("SMS_SENDER", default="ChoBan")
ZALO_URL = env.str("ZALO_URL", default="https://business.openapi.zalo.me/message/template")
ZALO_TOKEN, ZALO_TEMPLATES = env.str("ZALO_TOKEN", default=""), env.json("ZALO_TEMPLATES", default={})
# Nobody's phone rings at night; what is not urgent waits for the morning (hours of the day in Vietnam)
DAY_STARTS, DAY_ENDS = env.int("DAY_STARTS", default=6), env.int("DAY_ENDS", default=21)

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))  # staff's password mails
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="cho-ban@localhost")

# --- language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
FIRST_DAY_OF_WEEK = 1

# --- files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- Wagtail --------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Chợ Bản"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_FRONTEND_LOGIN_URL = "/tai-khoan/login/"
WAGTAILIMAGES_IMAGE_MODEL = "sellers.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "storefront.forms.EditorsPictureForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "heic"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 12 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILADMIN_PAGE_SEARCH_FILTER_BY_PERMISSIONS = True
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = (
    False  # heads are told by text; nobody is mailed a million shops
)
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # no address leaves for another host
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_MODERATION_ENABLED = True
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT = 10
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_CONTENT_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]

# --- money ----------------------------------------------------------------------------------------------------------
PAYMENT_CODE_PREFIX = env.str("PAYMENT_CODE_PREFIX", default="LUA")
PAYMENT_HOLD_MINUTES = env.int(
    "PAYMENT_HOLD_MINUTES", default=24 * 60
)  # goods are kept this long for a transfer
ACCOUNT_COOL_HOURS = env.int(
    "ACCOUNT_COOL_HOURS", default=24
)  # a changed bank account counts only then; the phone known before is told at once
REFUND_TWO_PEOPLE = env.int(
    "REFUND_TWO_PEOPLE", default=2_000_000
)  # đồng; above it who sends is not who approved
PAYMENT_POOLED = env.bool(
    "PAYMENT_POOLED", default=False
)  # whether buyers may pay all farms at once, to the operator's account
PAYMENT_RATES = env.bool(
    "PAYMENT_RATES", default=False
)  # whether commission and tax of the dated tables are kept
TAX_FREE_YEARLY = env.int(
    "TAX_FREE_YEARLY", default=1_000_000_000
)  # đồng of yearly sales free of tax: decree 141/2026 from 29 April 2026 (500 million before, decree 117/2025)
PAYOUT_LEAST = env.int("PAYOUT_LEAST", default=50_000)  # đồng; less waits for the next time
PAYOUT_ACCOUNT_HOURS = env.int(
    "PAYOUT_ACCOUNT_HOURS", default=24
)  # no money of the operator's goes to a bank account that is younger
DEBT_LEAST = env.int("DEBT_LEAST", default=10_000)  # đồng; nobody is reminded of less
CARRIER_FEE_TO_SELLERS = env.bool(
    "CARRIER_FEE_TO_SELLERS", default=False
)  # whether what carriers keep for collecting cash is the sellers' to pay
STALL_QR_MINUTES = env.int("STALL_QR_MINUTES", default=30)  # a till waits this long for its QR to be paid
STALL_TIE_MINUTES = env.int(
    "STALL_TIE_MINUTES", default=60
)  # a plate's bank line and the trader's entry this far apart may be one sale
STALL_LATE_DAYS = env.int(
    "STALL_LATE_DAYS", default=30
)  # sales kept on a phone longer are not taken any more
STALL_RETURN_DAYS = env.int(
    "STALL_RETURN_DAYS", default=7
)  # goods sold at a stall come back within these days, and their day can be looked at as long
# Providers that take buyers through a payment, by the name in payments.providers.PROVIDERS: what each asks for
PAYMENT_PROVIDERS: dict[str, dict[str, Any]] = {}
FAKE_MOMO = "http://127.0.0.1:8093"  # where `manage.py fake_momo` and the demo's own one listen
if env.str("PAYMENT_MOMO_PARTNER", default=""):
    PAYMENT_PROVIDERS["momo"] = {
        "partner": env.str("PAYMENT_MOMO_PARTNER"), "access_key": env.str("PAYMENT_MOMO_ACCESS_KEY"),
        "secret": env.str("PAYMENT_MOMO_SECRET"),
        "address": env.str("PAYMENT_MOMO_ADDRESS", default="https://payment.momo.vn"),
    }  # fmt: skip
elif DEMO:
    PAYMENT_PROVIDERS["momo"] = {
        "partner": "FAKEMOMO",
        "access_key": "momo",
        "secret": "momo",
        "address": FAKE_MOMO,
    }
FAKE_STRIPE = "http://127.0.0.1:8091"  # where `manage.py fake_stripe` and the demo's own one listen
FAKE_STRIPE_KEY, FAKE_STRIPE_SECRETS = "sk_test_fake", ["whsec_fake", "whsec_fake_connect"]
if env.str("PAYMENT_STRIPE_SECRET_KEY", default=FAKE_STRIPE_KEY if DEMO else ""):
    _key = env.str("PAYMENT_STRIPE_SECRET_KEY", default=FAKE_STRIPE_KEY)
    _fake = _key == FAKE_STRIPE_KEY
    PAYMENT_PROVIDERS["stripe"] = {
        "secret_key": _key,
        # two at once while one replaces the other; the Connect endpoint has its own
        "webhook_secrets": env.list("PAYMENT_STRIPE_WEBHOOK_SECRETS", default=FAKE_STRIPE_SECRETS[:1] if _fake else [])
        + env.list("PAYMENT_STRIPE_CONNECT_SECRETS", default=FAKE_STRIPE_SECRETS[1:] if _fake else []),
        "address": env.str("PAYMENT_STRIPE_ADDRESS", default=FAKE_STRIPE if _fake else "https://api.stripe.com"),
        "least": env.int("PAYMENT_STRIPE_LEAST", default=15_000), "most": env.int("PAYMENT_STRIPE_MOST", default=99_999_999),
        "live": env.bool("PAYMENT_STRIPE_LIVE", default=False),
    }  # fmt: skip

PAYMENT_STRIPE_CONNECT = env.bool(
    "PAYMENT_STRIPE_CONNECT", default=False
)  # whether sellers may have accounts of their own at Stripe; for operators whose country Stripe serves
DISPUTE_GOODWILL = env.bool(
    "DISPUTE_GOODWILL", default=False
)  # whether the market bears a lost dispute whose seller has been paid out already

# --- orders ---------------------------------------------------------------------------------------------------------
# An order that nobody looks at: hours of the day (DAY_STARTS to DAY_ENDS) until each step
ORDER_REMIND_HOURS = env.list("ORDER_REMIND_HOURS", cast=int, default=[2, 8])
ORDER_DESK_HOURS = env.int("ORDER_DESK_HOURS", default=14)
ORDER_GIVE_UP_HOURS = env.int("ORDER_GIVE_UP_HOURS", default=30)
ORDER_RECEIVED_DAYS = env.int(
    "ORDER_RECEIVED_DAYS", default=7
)  # paid goods on their way this long have arrived
ORDER_COMPLAINT_DAYS = env.int(
    "ORDER_COMPLAINT_DAYS", default=7
)  # after delivery a buyer may report this long
ORDER_COMPLAINT_HOURS = env.int(
    "ORDER_COMPLAINT_HOURS", default=30
)  # hours of the day; then a silent seller's case is an officer's
ORDER_PHONE_DAYS = env.int(
    "ORDER_PHONE_DAYS", default=30
)  # after delivery the seller sees the buyer's phone this long
ORDER_TAP_DAYS = env.int("ORDER_TAP_DAYS", default=3)  # how long a link for answering by one tap lives
ORDER_ANSWER_HOURS = env.int(
    "ORDER_ANSWER_HOURS", default=15
)  # hours of the day; a buyer who is asked something and is silent says no

ORDER_REOPEN_HOURS = env.int(
    "ORDER_REOPEN_HOURS", default=48
)  # money that comes so late still buys what was given up for want of it, if the goods are there
PREORDER_CLOSES_DAYS = env.int(
    "PREORDER_CLOSES_DAYS", default=0
)  # before the harvest nobody orders ahead any more
# Whether a buyer who pays beforehand is charged the most that goods sold by weight may weigh, and gets the rest back
ORDER_WEIGHED_MOST = env.bool("ORDER_WEIGHED_MOST", default=False)

# --- carriers -------------------------------------------------------------------------------------------------------
# One entry for each carrier that parcels may be booked with: its class and what that class asks for (docs/carriers.md)
CARRIERS: dict[str, dict[str, str]] = {}
FAKE_CARRIER = "http://127.0.0.1:8090"  # where `manage.py fake_carrier` and the demo's own one listen
CARRIER_QUOTE_HOURS = env.int("CARRIER_QUOTE_HOURS", default=48)  # how long a carrier's price is believed
CARRIER_TRACK_MINUTES = env.int("CARRIER_TRACK_MINUTES", default=60)  # then a silent carrier is asked
if env.str("GHN_TOKEN", default=""):
    CARRIERS["ghn"] = {
        "class": "orders.carriers.ghn.Ghn", "address": env.str("GHN_URL", default="https://online-gateway.ghn.vn"),
        "token": env.str("GHN_TOKEN"), "shop_id": env.str("GHN_SHOP_ID"), "secret": env.str("GHN_WEBHOOK_SECRET"),
    }  # fmt: skip
if env.str("FAKE_CARRIER_URL", default=FAKE_CARRIER if DEMO else ""):
    CARRIERS["xe-ban"] = {
        "class": "orders.carriers.xe_ban.XeBan", "address": env.str("FAKE_CARRIER_URL", default=FAKE_CARRIER),
        "token": "xe-ban", "secret": "xe-ban",
    }  # fmt: skip

# --- safety ---------------------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # Wagtail lifts it itself where it shows a preview
ADMIN_PREFIXES = ("/quan-tri/",)
CONTENT_SECURITY_POLICY = {
    # Wagtail's admin is written with inline scripts and styles; it gets its own policy in common.middleware
    "EXCLUDE_URL_PREFIXES": ADMIN_PREFIXES,
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "media-src": [SELF],
        "frame-src": ["https://www.youtube-nocookie.com"],  # a shop's film, after a tap
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
ADMIN_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; frame-ancestors 'self'; object-src 'none'; base-uri 'self'"
)

# --- logs -----------------------------------------------------------------------------------------------------------
DJANGO_GUID = {"GUID_HEADER_NAME": "X-Request-ID", "VALIDATE_GUID": True, "RETURN_HEADER": True}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "django_guid.log_filters.CorrelationId"},
        "personal_data": {"()": "common.logs.HidePersonalData"},
    },
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(correlation_id)s",
            "rename_fields": {"correlation_id": "request_id", "asctime": "at", "levelname": "level"},
        },
        "plain": {"format": "{asctime} {levelname} {name} [{correlation_id}] {message}", "style": "{"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env.str("LOG_FORMAT", default="plain"),
            "filters": ["request_id", "personal_data"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},
        "django_guid": {"level": "WARNING"},
        "stripe": {"level": "WARNING"},  # below that it writes whole answers, with buyers' names
        "cho_ban": {"level": "INFO"},
    },
}
