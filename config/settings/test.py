"""Tests: quick hashes, files in a temporary folder, no demo conveniences unless a test asks for them."""

import tempfile

from .base import *  # noqa: F403
from .base import CARRIERS, DATABASE, PAYMENT_PROVIDERS, STORAGES, env

DEBUG = False
DEMO = False
CARRIERS.clear()  # a test that sends parcels starts a carrier of its own
PAYMENT_PROVIDERS.clear()  # and one that pays a provider of its own
CACHE_PAGES = CACHE_BODIES = False  # each page is made anew, unless a test is about keeping it
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MESSAGE_BACKEND = "common.messaging.MemoryBackend"
DAY_STARTS, DAY_ENDS = 0, 24  # tests are run at night as well
MEDIA_FOLDER = tempfile.TemporaryDirectory(prefix="cho-ban-media-")  # gone when the process ends
MEDIA_ROOT = MEDIA_FOLDER.name
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "ENQUEUE_ON_COMMIT": False}
}
if DATABASE["ENGINE"] != "django.db.backends.sqlite3":
    DATABASE["CONN_MAX_AGE"] = 0
LOGGING["root"]["level"] = env.str("LOG_LEVEL", default="ERROR")
