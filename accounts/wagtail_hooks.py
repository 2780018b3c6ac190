"""Partners in the Wagtail admin: administrators see who reads the API, and shut out or let in again."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from accounts.models import Message, Partner, User
from accounts.services import set_partner_active
from common.actors import Actor


class AdministratorsOnly(ModelPermissionPolicy):
    """Rows that administrators look at and change, whatever permission somebody else was given by mistake."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action in ("view", "change") and user.is_active and user.is_superuser

    def user_has_any_permission(self, user: User, actions: Collection[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class AdministratorsLook(AdministratorsOnly):
    """Rows that administrators look at; nobody changes them."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action == "view" and super().user_has_permission(user, action)


register_permission_policy(Message, AdministratorsLook(Message))
register_permission_policy(Partner, AdministratorsOnly(Partner))


class PartnerForm(WagtailAdminModelForm):
    """Whether a partner may come in. Name and token are given by `manage.py partner add`, which shows the token once."""

    for_user: User | None

    def save(self, commit: bool = True) -> Partner:
        assert self.for_user is not None  # the admin's views give the person who is signed in
        partner: Partner = super().save(commit=False)
        set_partner_active(partner, partner.active, by=Actor.of(self.for_user))
        return partner


class PartnerViewSet(SnippetViewSet):
    """The list of partners and one switch."""

    model = Partner
    icon = "key"
    menu_label = _("Đối tác API")
    menu_name = "partners"
    menu_order = 170
    add_to_admin_menu = True
    list_display = ["name", "contact", "token_end", "active", "last_used_on"]
    ordering = ["name"]
    edit_handler = ObjectList([FieldPanel("active")], base_form_class=PartnerForm)
    copy_view_enabled = False

    def register_chooser_viewset(self) -> None:
        """Not registered: nothing refers to a partner."""


register_snippet(PartnerViewSet)


class MessageViewSet(SnippetViewSet):
    """The log of texts to people: when, about what, how it went. Never what was said: a text may hold a key."""

    model = Message
    icon = "mail"
    menu_label = _("Tin nhắn đã gửi")
    menu_name = "messages"
    menu_order = 180
    add_to_admin_menu = True
    list_display = [
        "created_at", Column("kind", label=_("Về việc")), Column("phone_masked", label=_("Đến")),
        Column("state_words", label=_("Ra sao")), Column("tries", label=_("Số lần gửi")), "sent_at",
        Column("fault", label=_("Lỗi")),
    ]  # fmt: skip
    list_filter = ["state", "kind"]
    ordering = ["-pk"]
    copy_view_enabled = False

    def register_chooser_viewset(self) -> None:
        """Not registered: nothing refers to a message."""


register_snippet(MessageViewSet)
