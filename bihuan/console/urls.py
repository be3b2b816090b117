"""Addresses of the console."""

from __future__ import annotations

from django.urls import path

from bihuan.console.views import (
    cases,
    customers,
    frame,
    imports,
    intake,
    lists,
    notices,
    rulebook,
    staff,
    visits,
    work_orders,
    workbench,
)

app_name = "console"

urlpatterns = [
    path("", workbench.workbench, name="workbench"),
    path("site", frame.set_site, name="set_site"),
    path("language", frame.set_language, name="set_language"),
    path("version", frame.version, name="version"),
    path("search", customers.search, name="search"),
    path("notices", notices.notices, name="notices"),
    path("intake", intake.intake, name="intake"),
    path("intake/aside", intake.aside, name="intake_aside"),
    path("complaints", lists.complaints, name="complaints"),
    path("requests", lists.demands, name="demands"),
    path("cases", lists.others, name="cases"),
    path("cases/<str:key>", cases.case, name="case"),
    path("cases/<str:key>/dispatch", work_orders.dispatch, name="dispatch"),
    path("cases/<str:key>/<slug:verb>", cases.step, name="step"),
    path("work-orders", lists.work_orders, name="work_orders"),
    path("work-orders/<str:key>", work_orders.work_order, name="work_order"),
    path("work-orders/<str:key>/<slug:verb>", work_orders.step, name="work_order_step"),
    path("visits", lists.visits, name="visits"),
    path("visits/of/<str:subject>", visits.visit_of, name="visit_of"),
    path("visits/<uuid:pk>", visits.visit, name="visit"),
    path("visits/<uuid:pk>/signature", visits.signature, name="signature"),
    path("customers", customers.customers, name="customers"),
    path("customers/<int:pk>", customers.archive, name="customer"),
    path("customers/<int:pk>/edit", customers.edit, name="customer_edit"),
    path("customers/<int:pk>/reveal/<int:phone>", customers.reveal, name="reveal"),
    path("rulebook", rulebook.rulebook, name="rulebook"),
    path("rulebook/<str:code>", rulebook.clause, name="clause"),
    path("imports", imports.imports, name="imports"),
    path("imports/example.xlsx", imports.example, name="import_example"),
    path("imports/<uuid:pk>", imports.one, name="import"),
    path("staff", staff.staff, name="staff"),
    path("staff/people/<int:pk>", staff.person, name="person"),
    path("staff/sites/<str:code>", staff.site, name="site"),
]
