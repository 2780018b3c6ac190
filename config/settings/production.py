"""Production: everything that must not have a default has none, so a missing variable stops the start."""

from .base import *  # noqa: F403
from .base import (  # noqa: F401
    CACHES,
    CARRIERS,
    CONTENT_SECURITY_POLICY,
    FAKE_MOMO,
    FAKE_STRIPE_KEY,
    LOGGING,
    MIDDLEWARE,
    PAYMENT_PROVIDERS,
    STORAGES,
    env,
)

DEBUG = False
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env.str("SECRET_KEY")
SALT_KEY = env.list("SALT_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
SITE_URL = env.str("SITE_URL")
WAGTAILADMIN_BASE_URL = SITE_URL
CARRIERS.pop("xe-ban", None)  # the carrier that carries nothing is for demos
if PAYMENT_PROVIDERS.get("momo", {}).get("address") == FAKE_MOMO:
    del PAYMENT_PROVIDERS["momo"]  # and so is the wallet that takes no money
if PAYMENT_PROVIDERS.get("stripe", {}).get("secret_key") == FAKE_STRIPE_KEY:
    del PAYMENT_PROVIDERS["stripe"]  # and so is the Stripe that takes no money
MESSAGE_BACKEND = env.str("MESSAGE_BACKEND", default="common.messaging.ConsoleBackend")

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
LOGGING["handlers"]["console"]["formatter"] = env.str("LOG_FORMAT", default="json")
LOGGING["root"]["level"] = env.str("LOG_LEVEL", default="INFO")
