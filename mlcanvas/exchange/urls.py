from django.urls import path

from mlcanvas.exchange import views
from mlcanvas.exchange.canvas import views as canvas

app_name = "exchange"

urlpatterns = [
    path("import/", views.project_import, name="project_import"),
    path("import/add/", views.project_import_add, name="project_import_add"),
    # Before every address of a project: no project is called “examples”.
    path("p/examples/", views.starters, name="starters"),
    path("p/examples/<slug:key>/", views.starter, name="starter"),
    path("p/examples/<slug:key>/copy/", views.starter_copy, name="starter_copy"),
    path("p/<slug:slug>/project.yaml", views.project_file, name="project_file"),
    # Beside the addresses of the canvas, which come after these: no block is called `import`.
    path("p/<slug:slug>/canvas/<slug:template>/export.md", canvas.canvas_markdown, name="canvas_markdown"),
    path("p/<slug:slug>/canvas/<slug:template>/export.yaml", canvas.canvas_yaml, name="canvas_yaml"),
    path("p/<slug:slug>/canvas/<slug:template>/import/", canvas.canvas_import, name="canvas_import"),
    path("p/<slug:slug>/canvas/<slug:template>/import/apply/", canvas.canvas_import_apply, name="canvas_import_apply"),
]
