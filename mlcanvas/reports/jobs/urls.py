from django.urls import path

from mlcanvas.reports.jobs import views

app_name = "jobs"

urlpatterns = [
    path("workspace/<slug:slug>/report/all/", views.every_report, name="every_report"),
    path("workspace/<slug:slug>/report/all/start/", views.start, name="start"),
    path("reports/<uuid:number>/", views.job, name="job"),
    path("reports/<uuid:number>/again/", views.again, name="again"),
    path("reports/<uuid:number>/file/", views.file, name="file"),
]
