from django.urls import path

from mlcanvas.projects import views

app_name = "projects"

urlpatterns = [
    path("", views.portfolio, name="portfolio"),
    path("p/new/", views.project_add, name="project_add"),
    path("p/<slug:slug>/settings/", views.settings, name="settings"),
    path("p/<slug:slug>/settings/edit/", views.project_edit, name="project_edit"),
    path("p/<slug:slug>/settings/adopt/", views.project_adopt, name="project_adopt"),
    path("p/<slug:slug>/delete/", views.project_delete, name="project_delete"),
    path("p/<slug:slug>/facts/<slug:key>/", views.fact_set, name="fact_set"),
    path("p/<slug:slug>/history/", views.history, name="history"),
    path("p/<slug:slug>/history/save/", views.revision_add, name="revision_add"),
    path("p/<slug:slug>/history/compare/", views.revisions_compare, name="revisions_compare"),
    path("p/<slug:slug>/iterations/", views.iterations, name="iterations"),
    path("p/<slug:slug>/iterations/close/", views.iteration_close, name="iteration_close"),
]
