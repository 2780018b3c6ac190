import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.test.utils import override_settings
from django.urls import reverse

from accounts.models import User
from accounts.phones import show_phone
from orders.carriers.fake_server import FakeCarrier
from payments.management.commands.fake_stripe import fake_stripe
from payments.providers.fakes.momo_server import FakeMoMo
from sellers.models import Shop
from storefront.demo import editors, finance, world
from storefront.services import ensure_finance_group, ensure_site

PASSWORD = "cho-ban-demo"
FINANCE = [
    ("taichinh@choban.example", "Đỗ Thu Hà"),
    ("ketoan@choban.example", "Phạm Văn Quý"),
]  # much money needs two
CARRIER_STEP = 20  # seconds until the demo's parcels are one step further
ROLES = [
    ("+84900000001", "farmer"), ("+84900000002", "volunteer"), ("+84900000003", "village head"),
    ("+84900000004", "commune officer"), ("+84900000005", "province officer"),
]  # fmt: skip


class Command(BaseCommand):
    """Build the demo world (once) and serve it. Running it again is quick and keeps the data."""

    help = __doc__
    requires_system_checks: list = []

    def add_arguments(self, parser):
        parser.add_argument("--no-serve", action="store_true", help="build only")
        parser.add_argument(
            "--reset", action="store_true", help="throw the demo world away first (SQLite only)"
        )
        parser.add_argument("--seed", type=int, default=2026, help="another seed, another world")
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"), help="where to serve, 8000")
        parser.add_argument("--size", choices=sorted(world.SIZES), default="full")

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("This is not a demo installation (DEMO is off).")
        if options["reset"]:
            self._reset()
        call_command("migrate", verbosity=0)
        if Shop.objects.exists():
            self.stdout.write("The demo world is there already. `make demo-reset` starts over.")
        else:
            self._build(options)
        self._guide(options["port"])
        if not options["no_serve"]:
            self._start_carrier(options["port"])
            self._start_momo()
            self._start_stripe(options["port"])
            call_command("runserver", f"127.0.0.1:{options['port']}", use_reloader=False)

    def _start_carrier(self, port: str) -> None:
        """Xe Bản runs beside the demo, so that parcels move; another demo may have it already."""
        said = settings.CARRIERS.get("xe-ban")
        where = urlsplit(said["address"]) if said else None
        if where is None or where.hostname != "127.0.0.1":
            return
        with suppress(OSError):
            webhook = f"http://127.0.0.1:{port}{reverse('carrier_update', args=['xe-ban', 'xe-ban'])}"
            FakeCarrier(port=where.port or 0, webhook=webhook).start(every=CARRIER_STEP)

    def _start_momo(self) -> None:
        """The wallet that moves no money runs beside the demo; another demo may have it already."""
        if settings.PAYMENT_PROVIDERS.get("momo", {}).get("address") == settings.FAKE_MOMO:
            with suppress(OSError):
                FakeMoMo(port=urlsplit(settings.FAKE_MOMO).port or 0).start()

    def _start_stripe(self, port: str) -> None:
        """A Stripe that takes no money runs beside the demo, so that cards pay; another demo may have it already."""
        if settings.PAYMENT_PROVIDERS.get("stripe", {}).get("address") == settings.FAKE_STRIPE:
            with suppress(OSError):
                fake_stripe(f"http://127.0.0.1:{port}").start()

    def _reset(self) -> None:
        if connection.vendor != "sqlite":
            raise CommandError("--reset throws a SQLite file away; it does not touch another database.")
        name = str(connection.settings_dict["NAME"])
        connection.close()
        for ending in ("", "-wal", "-shm"):
            Path(name + ending).unlink(missing_ok=True)
        shutil.rmtree(Path(str(settings.MEDIA_ROOT)) / "anh", ignore_errors=True)

    def _build(self, options) -> None:
        start = last = time.monotonic()
        self.stdout.write("Building the demo world…")

        def report(line: str) -> None:
            nonlocal last
            now = time.monotonic()
            self.stdout.write(f"  {line}  ({now - last:.1f} s)")
            last = now

        # all or nothing: a world without its pages and staff would not be built again; texts wait for the commit
        with override_settings(MESSAGE_BACKEND="common.messaging.NullBackend"), transaction.atomic():
            built = world.build(options["size"], seed=options["seed"], report=report)
            editors.write(ensure_site(), built.shops, built.views)
            report("stories, guides, a campaign and menus written")
            self._staff()
        self.stdout.write(self.style.SUCCESS(f"Built in {time.monotonic() - start:.0f} s."))

    def _staff(self) -> None:
        User.objects.create_superuser(email="quantri@choban.example", password=PASSWORD, name="Quản trị")
        editor = User.objects.create_user(
            email="bientap@choban.example", password=PASSWORD, name="Biên tập", is_staff=True
        )
        editor.groups.set(Group.objects.filter(name="Editors"))
        for email, name in FINANCE:
            clerk = User.objects.create_user(email=email, password=PASSWORD, name=name)
            clerk.groups.set([ensure_finance_group()])
        finance.write(clerk)

    def _guide(self, port: str) -> None:
        root = f"http://127.0.0.1:{port}"
        shop = Shop.objects.live().order_by("pk").first()
        self.stdout.write("")
        for what, address in [
            ("market", "/"), ("a shop", f"/s/{shop.slug}/" if shop else "/"),
            ("finance desk", "/so-quy/"), ("sign in", "/tai-khoan/login/code/"),
            ("components", "/kit/"), ("editors", "/quan-tri/"),
        ]:  # fmt: skip
            self.stdout.write(f"  {what:<18}{root}{address}")
        self.stdout.write("\n  Sign in by phone; the code appears on the page:")
        for phone, role in ROLES:
            self.stdout.write(f"  {role:<18}{show_phone(phone)}")
        self.stdout.write(f"  {'administrator':<18}quantri@choban.example / {PASSWORD}")
        self.stdout.write(f"  {'editor':<18}bientap@choban.example / {PASSWORD}")
        for email, _name in FINANCE:
            self.stdout.write(f"  {'finance':<18}{email} / {PASSWORD}")
        self.stdout.write("")
