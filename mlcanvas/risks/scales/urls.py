from django.urls import path

from mlcanvas.risks.scales import views

app_name = "scales"

urlpatterns = [
    path("", views.scale, name="scale"),
    path("edit/", views.edit, name="edit"),
    path("rule/", views.rule, name="rule"),
]
