from django.urls import path

from mlcanvas.exchange import views

app_name = "exchange"

urlpatterns = [
    path("import/", views.project_import, name="project_import"),
    path("import/add/", views.project_import_add, name="project_import_add"),
    path("p/<slug:slug>/project.yaml", views.project_file, name="project_file"),
]
