from django.urls import path

from mlcanvas.exchange import views

app_name = "exchange"

urlpatterns = [
    path("import/", views.project_import, name="project_import"),
    path("import/add/", views.project_import_add, name="project_import_add"),
    # Before every address of a project: no project is called “examples”.
    path("p/examples/", views.starters, name="starters"),
    path("p/examples/<slug:key>/", views.starter, name="starter"),
    path("p/examples/<slug:key>/copy/", views.starter_copy, name="starter_copy"),
    path("p/<slug:slug>/project.yaml", views.project_file, name="project_file"),
]
