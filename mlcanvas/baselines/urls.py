from django.urls import path

from mlcanvas.baselines import views

app_name = "baselines"

urlpatterns = [
    path("", views.registry, name="registry"),
    path("add/", views.baseline_add, name="baseline_add"),
    path("<slug:key>/edit/", views.baseline_edit, name="baseline_edit"),
    path("<slug:key>/remove/", views.baseline_remove, name="baseline_remove"),
    path("<slug:key>/restore/", views.baseline_restore, name="baseline_restore"),
]
