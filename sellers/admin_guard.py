"""Rows in the Wagtail admin: only those a person may touch, whatever a permission on the whole model says.

Wagtail's snippet screens check rights by model; a village head who was put into an editors' group by mistake could
change every shop of the country. So each list is filtered and each address with a `pk` asks `can()`.
Source: architecture, 5 and 13.
"""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.functional import cached_property
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from accounts.models import User
from accounts.requests import SignedInRequest
from sellers.access import Do, can
from sellers.queries import shops_of

LOOKING = {
    "history", "history_results", "inspect", "usage", "revisions_view", "revisions_compare", "workflow_history",
    "workflow_history_detail", "workflow_preview",
}  # fmt: skip
CLOSED = {
    "add", "preview_on_add", "copy", "delete", "unpublish", "lock", "unlock", "revisions_unschedule", "workflow_action",
    "collect_workflow_action_data", "confirm_workflow_cancellation",
}  # fmt: skip


class RowPolicy(ModelPermissionPolicy):
    """Wagtail's permission on the model and ours on the row. An action without an entry in `needs` is nobody's here.

    Shops open, close and are published by services alone, which keep status, goods and audit log together.
    """

    def __init__(self, model: type[models.Model], needs: dict[str, Do]) -> None:
        super().__init__(model)
        self.needs = needs

    def user_has_permission(self, user: User, action: str) -> bool:
        return action in self.needs and super().user_has_permission(user, action)

    def user_has_permission_for_instance(self, user: User, action: str, instance: Any) -> bool:
        return self.user_has_permission(user, action) and can(user, self.needs[action], instance)

    def user_has_any_permission_for_instance(
        self, user: User, actions: Collection[str], instance: Any
    ) -> bool:
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)

    def instances_user_has_any_permission_for(self, user: User, actions: Collection[str]) -> models.QuerySet:
        if not self.user_has_any_permission(user, actions):
            return self.model._default_manager.none()
        return rows_of(user, self.model)


def rows_of(user: User, model: type[models.Model]) -> models.QuerySet:
    """The rows an admin list may show: all to administrators, else those of the shops a person works in."""
    rows = model._default_manager.all()
    if user.is_superuser:
        return rows
    key = "pk" if model._meta.label == "sellers.Shop" else "shop"
    return rows.filter(**{f"{key}__in": [shop.pk for shop in shops_of(user)]})


MOST_COUNTED = 1000


class CappedPaginator(Paginator):
    """Counts no further than 1,000: counting five million rows would take longer than anything else on the page."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if isinstance(rows, models.QuerySet):
            return rows.order_by()[:MOST_COUNTED].count()
        return len(rows)


class CappedIndexView(IndexView):
    """A list of the newest thousand; the search finds the others."""

    paginator_class = CappedPaginator


class GuardedViewSet(SnippetViewSet):
    """A snippet whose every address asks `can()`. It has no chooser: one would list the country."""

    index_view_class = CappedIndexView

    looking: Do = Do.SEE_SHOP
    changing: Do = Do.EDIT_PAGE

    def get_queryset(self, request: SignedInRequest) -> models.QuerySet:
        return rows_of(request.user, self.model)

    def get_urlpatterns(self) -> list[URLPattern]:
        patterns = super().get_urlpatterns()
        for pattern in patterns:
            pattern.callback = self._guarded(pattern.callback, pattern.name or "")
        return patterns

    def register_chooser_viewset(self) -> None:
        """Not registered."""

    def _guarded(self, view: Callable[..., HttpResponse], name: str) -> Callable[..., HttpResponse]:
        action = self.looking if name in LOOKING else self.changing

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if name in CLOSED:
                raise Http404
            if "pk" in kwargs:
                row = self.model._default_manager.filter(pk=unquote(str(kwargs["pk"]))).first()
                if row is None or not can(request.user, action, row):
                    raise Http404
            return view(request, *args, **kwargs)

        return guarded
