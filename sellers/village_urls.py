"""Addresses of the village head and the volunteers, below /thon/."""

from django.urls import path

from sellers.views import village

village_patterns = [
    path("", village.home, name="home"),
    path("<int:village_id>/", village.shops, name="shops"),
    path("<int:village_id>/mo/", village.new_shop, name="new_shop"),
    path("<int:village_id>/luot-den/", village.visit, name="visit"),
    path("<int:place_id>/doi-ngu/", village.team, name="team"),
    path("<int:place_id>/doi-ngu/<int:role_id>/thoi/", village.end_role, name="end_role"),
    path("<int:commune_id>/them-thon/", village.new_village, name="new_village"),
    path("gian-hang/<slug:code>/", village.shop, name="shop"),
    path("gian-hang/<slug:code>/xem-truoc/", village.preview, name="preview"),
    path("gian-hang/<slug:code>/tra-lai/", village.reject, name="reject"),
    path("gian-hang/<slug:code>/dong-y/", village.consent, name="consent"),
    path("gian-hang/<slug:code>/dong-y/<int:consent_id>/giay/", village.evidence, name="evidence"),
    path("gian-hang/<slug:code>/dong-y/<int:consent_id>/xac-nhan/", village.countersign, name="countersign"),
    path("gian-hang/<slug:code>/lam-giup/", village.act, name="act"),
]
