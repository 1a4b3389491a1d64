from django.urls import path

from mlcanvas.reports import views
from mlcanvas.reports.forms import FORMS

app_name = "reports"

# Under /p/<slug>/: a page and a file beside each other.
urlpatterns = [
    path("report/", views.report, name="report"),
    path("report/remember/", views.remember, name="remember"),
    path("report/all/", views.all_forms, name="all_forms"),
    path("report.pdf", views.report_pdf, name="report_pdf"),
    *(path(f"report.{ending}", views.report_file, {"ending": ending}, name=f"report_{ending}") for ending in FORMS),
    path("report/canvas/<slug:template>/", views.canvas_files, name="canvas_files"),
    path("report/canvas/<slug:template>.pdf", views.canvas_pdf, name="canvas_pdf"),
    path("report/canvas/<slug:template>.png", views.canvas_picture, {"form": "png"}, name="canvas_png"),
    path("report/canvas/<slug:template>.svg", views.canvas_picture, {"form": "svg"}, name="canvas_svg"),
]
