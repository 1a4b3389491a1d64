from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from mlcanvas.web import views

app_name = "web"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("theme", views.theme, name="theme"),
    path("language", login_not_required(set_language), name="language"),
]
