"""Partners' systems: a token that is shown once, kept as a hash, and dead the moment somebody says so."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.errors import PartnerExists
from accounts.models import Partner, User
from accounts.queries import partner_of_token
from accounts.services import create_partner, note_use, set_partner_active
from common.actors import SYSTEM
from common.days import local_day
from common.models import AuditEvent
from storefront.services import ensure_site

pytestmark = pytest.mark.django_db


def run(*words):
    out = StringIO()
    call_command("partner", *words, stdout=out)
    return out.getvalue()


def test_a_token_opens_and_is_not_kept():
    partner, token = create_partner("Sàn Nông Sản", by=SYSTEM)
    assert partner_of_token(token) == partner
    kept = Partner.objects.values_list("token_hash", "token_end").get()
    assert token not in kept
    assert (len(kept[0]), token.endswith(kept[1])) == (64, True)
    assert AuditEvent.objects.get(verb="partner.added").details == {"name": "Sàn Nông Sản"}


@pytest.mark.parametrize("wrong", ["", "cb_", "x" * 9000, "\ud800", "é", "' OR 1=1 --"])
def test_no_other_word_opens(wrong):
    create_partner("Sàn", by=SYSTEM)
    assert partner_of_token(wrong) is None


def test_the_hash_itself_opens_nothing():
    partner, _ = create_partner("Sàn", by=SYSTEM)
    assert partner_of_token(partner.token_hash) is None


def test_a_revoked_token_is_dead_until_it_is_let_in_again():
    partner, token = create_partner("Sàn", by=SYSTEM)
    set_partner_active(partner, False, by=SYSTEM)
    set_partner_active(partner, False, by=SYSTEM)
    assert partner_of_token(token) is None
    assert AuditEvent.objects.filter(verb="partner.revoked").count() == 1
    set_partner_active(partner, True, by=SYSTEM)
    assert partner_of_token(token) == partner


def test_a_name_is_taken_once():
    create_partner("Sàn", by=SYSTEM)
    with pytest.raises(PartnerExists):
        create_partner(" Sàn ", by=SYSTEM)


def test_the_day_of_the_last_visit_is_written_once_a_day(queries_of):
    partner, _ = create_partner("Sàn", by=SYSTEM)
    assert queries_of(note_use, partner) == 1
    assert queries_of(note_use, partner) == 0
    assert Partner.objects.get().last_used_on == local_day()


def test_the_command_adds_lists_and_revokes():
    said = run("add", "Sàn Nông Sản", "--contact", "it@san.example")
    token = said.split()[-1]
    assert partner_of_token(token).contact == "it@san.example"
    assert f"…{token[-4:]}  active  last used: never" in run("list")
    assert token not in run("list")
    run("revoke", "Sàn Nông Sản")
    assert partner_of_token(token) is None
    assert "revoked" in run("list")


@pytest.mark.parametrize(
    "words",
    [("add", "Sàn"), ("add", "  "), ("add", "a" * 81), ("add", "B", "--contact", "x"), ("revoke", "B")],
)
def test_the_command_says_what_is_wrong(words):
    run("add", "Sàn")
    with pytest.raises(CommandError, match=r"\w"):
        run(*words)
    assert Partner.objects.count() == 1


@pytest.fixture
def admin_pages():
    ensure_site()
    partner, _ = create_partner("Sàn", by=SYSTEM)
    names = {"list": [], "edit": [partner.pk]}
    return {
        name: reverse(f"wagtailsnippets_accounts_partner:{name}", args=args) for name, args in names.items()
    }


def test_administrators_shut_partners_out_and_it_leaves_a_trace(client, admin_pages):
    admin = User.objects.create_superuser("quan@choban.example", "mật khẩu rất dài", name="Quản trị")
    client.force_login(admin)
    assert "Sàn" in client.get(admin_pages["list"]).content.decode()
    html = client.get(admin_pages["edit"]).content.decode()
    assert 'name="active"' in html
    assert 'name="name"' not in html
    client.post(admin_pages["edit"], {})
    assert not Partner.objects.get().active
    assert AuditEvent.objects.get(verb="partner.revoked").actor_id == admin.pk


def test_nobody_else_sees_them_whatever_they_were_permitted_by_mistake(client, admin_pages):
    editor = User.objects.create_user(email="bien@choban.example", password="mật khẩu rất dài", is_staff=True)
    group = Group.objects.create(name="Nhầm")
    group.permissions.set(Permission.objects.filter(content_type__app_label__in=["accounts", "wagtailadmin"]))
    editor.groups.add(group)
    client.force_login(editor)
    for address in admin_pages.values():
        assert client.get(address).status_code in (302, 403)
        assert client.post(address, {}).status_code in (302, 403, 405)
    assert Partner.objects.get().active


def test_partners_are_neither_made_nor_deleted_in_the_admin(client, admin_pages):
    client.force_login(User.objects.create_superuser("quan@choban.example", "mật khẩu rất dài"))
    partner = Partner.objects.get()
    for name, args in {"add": [], "delete": [partner.pk]}.items():
        address = reverse(f"wagtailsnippets_accounts_partner:{name}", args=args)
        assert client.get(address).status_code in (302, 403)
        client.post(address, {"name": "Mới"})
    assert list(Partner.objects.all()) == [partner]
