"""As in production, without what a bench has not: TLS, hashed static files, a proxy."""

import os

from config.settings.base import *  # noqa: F403

DEBUG = False
DEMO = False
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
ROOT_URLCONF = "bench.urls"
MESSAGE_BACKEND = "common.messaging.NullBackend"
CACHE_PAGES = os.environ.get("CACHE_PAGES") == "1"
CACHE_BODIES = os.environ.get("CACHE_BODIES", "1") == "1"
TRUSTED_PROXIES = 1  # the load clients name an address each, as buyers behind a proxy have
