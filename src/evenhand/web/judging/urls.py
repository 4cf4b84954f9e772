"""Addresses of the pages about the judges."""

from __future__ import annotations

from django.urls import path

from . import anchors, candidate_costs, costs, drift, gates, outside, panels, removing

urlpatterns = [
    path("", gates.panels, name="judges"),
    path("packs/<str:pack_hash>/gate/", gates.ask, name="gate-ask"),
    path("packs/<str:pack_hash>/embedded/", gates.read_embedded, name="panel-embedded"),
    path("runs/<uuid:run_id>/", gates.run, name="gate-run"),
    path("runs/<uuid:run_id>/activate/", gates.make_active, name="gate-activate"),
    path("costs/", costs.costs, name="costs"),
    path("costs/<uuid:opening_id>/budget/", costs.limit, name="budget"),
    path("costs/<uuid:opening_id>/candidates/", candidate_costs.by_candidate, name="opening-costs"),
    path(
        "costs/candidates/<uuid:application_id>/",
        candidate_costs.of_candidate,
        name="application-costs",
    ),
    path("panels/", panels.listed, name="panels"),
    path("panels/judge/", panels.judge, name="judge-new"),
    path("panels/judge/<slug:name>/", panels.judge, name="judge-edit"),
    path("panels/judge/<slug:name>/try/", panels.try_it, name="judge-try"),
    path("panels/panel/", panels.panel, name="panel-new"),
    path("panels/panel/<slug:name>/", panels.panel, name="panel-edit"),
    *(
        path(
            f"panels/{kind}/<slug:name>/remove/", removing.remove, {"kind": kind}, f"{kind}-remove"
        )
        for kind in removing.KINDS
    ),
    path("drift/", drift.drift, name="drift"),
    path("drift/<uuid:alarm_id>/close/", drift.close, name="drift-close"),
    path("outside/", outside.outside, name="outside"),
    path("anchors/", anchors.queue, name="anchors"),
    path("anchors/<uuid:anchor_id>/", anchors.anchor, name="anchor"),
]
