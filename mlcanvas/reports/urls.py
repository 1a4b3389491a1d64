from django.urls import path

from mlcanvas.reports import views

app_name = "reports"

# Under /p/<slug>/: a page and a file beside each other.
urlpatterns = [
    path("report/", views.report, name="report"),
    path("report.pdf", views.report_pdf, name="report_pdf"),
]
