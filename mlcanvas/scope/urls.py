from django.urls import path

from mlcanvas.scope import views

app_name = "scope"

urlpatterns = [
    path("", views.scope, name="scope"),
    path("text/<slug:key>/", views.text_save, name="text_save"),
    path("text/<slug:key>/read/", views.text_read, name="text_read"),
    path("metrics/add/", views.metric_add, name="metric_add"),
    path("metrics/<slug:key>/", views.metric_edit, name="metric_edit"),
    path("metrics/<slug:key>/remove/", views.metric_remove, name="metric_remove"),
]
