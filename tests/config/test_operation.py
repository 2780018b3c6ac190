"""What an operator relies on: health, safe settings, quiet logs."""

import json
import logging
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import DatabaseError, connection

from storefront.views.site import OFFLINE_FILES

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "Zq8-3vK_" * 10,
    "SALT_KEY": "a-salt-of-this-installation",
    "ALLOWED_HOSTS": "cho.example",
    "SITE_URL": "https://cho.example",
}


def manage(*args, **environment):
    """manage.py in a process of its own, under exactly these settings."""
    return subprocess.run(
        [sys.executable, "manage.py", *args], cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=120,
        env={"PATH": os.environ["PATH"], **environment},
    )  # fmt: skip


def test_the_deployment_check_finds_nothing_under_production_settings():
    done = manage("check", "--deploy", "--fail-level", "INFO", **PRODUCTION)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "SALT_KEY"])
def test_production_does_not_start_without_its_secrets(missing):
    done = manage("check", **{name: value for name, value in PRODUCTION.items() if name != missing})
    assert done.returncode != 0
    assert missing in done.stderr


def test_healthz_answers_without_a_database(client):
    assert client.get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_readyz_says_whether_the_database_is_there_and_migrated(client, monkeypatch):
    assert client.get("/readyz").json() == {"database": "ok", "migrations_missing": 0}

    def broken(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", broken)
    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db
def test_our_pages_allow_no_inline_script_or_style_and_no_other_host(client):
    policy = client.get("/offline/").headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["default-src"] == rules["object-src"] == rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy
    # the one other host: a film in a frame of its own, asked for by a tap and by nothing else
    assert [rule for rule in rules if "http" in rules[rule]] == ["frame-src"]
    assert rules["frame-src"] == "https://www.youtube-nocookie.com"


@pytest.mark.django_db
def test_pages_carry_the_headers_that_browsers_guard_by(client):
    headers = client.get("/offline/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_every_answer_names_its_request(client):
    assert re.fullmatch(r"[0-9a-f]{32}", client.get("/offline/").headers["X-Request-ID"])


def test_a_log_line_in_production_is_json_with_the_request_and_without_a_phone():
    code = (
        "import django, logging; django.setup();"
        "logging.getLogger('cho_ban.x').warning('text to %s', '+84912345678')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60,
        env={"PATH": os.environ["PATH"], **PRODUCTION},
    )  # fmt: skip
    line = json.loads(done.stderr.strip().splitlines()[-1])
    assert (line["message"], line["level"]) == ("text to ***678", "WARNING")
    assert "request_id" in line


def test_crawlers_are_kept_out_of_carts_and_work_pages(client):
    text = client.get("/robots.txt").content.decode()
    assert all(f"Disallow: {path}" in text for path in ("/gio/", "/don/", "/ban-hang/", "/quan-tri/"))


def test_the_suite_writes_no_log_above_its_level():
    assert logging.getLogger().level >= logging.ERROR


@pytest.mark.django_db
def test_the_service_worker_keeps_only_files_that_exist(client):
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "/offline/" in answer.content.decode()
    assert all(finders.find(name) for name in OFFLINE_FILES)
    assert client.get("/manifest.webmanifest").json()["icons"]
    assert all(
        finders.find(icon["src"].removeprefix("/static/"))
        for icon in client.get("/manifest.webmanifest").json()["icons"]
    )


def momo_settings(**environment: str) -> dict[str, str]:
    shown = manage("shell", "-v0", "-c", "import json\nfrom django.conf import settings\n"
                   "print(json.dumps(settings.PAYMENT_PROVIDERS.get('momo')))", **environment)  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    return json.loads(shown.stdout)


def test_the_wallet_that_moves_no_money_never_stands_in_production():
    assert momo_settings(DJANGO_SETTINGS_MODULE="config.settings.base", DEMO="true")["partner"] == "FAKEMOMO"
    assert momo_settings(**PRODUCTION, DEMO="true") is None


def test_momo_is_asked_at_its_real_address_once_its_keys_are_set():
    keys = {"PAYMENT_MOMO_PARTNER": "P", "PAYMENT_MOMO_ACCESS_KEY": "A", "PAYMENT_MOMO_SECRET": "S"}
    assert momo_settings(**PRODUCTION, **keys)["address"] == "https://payment.momo.vn"
