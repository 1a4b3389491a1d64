from django.urls import path

from mlcanvas.risks import views

app_name = "risks"

urlpatterns = [
    path("", views.register, name="register"),
    path("factors/<slug:factor>/", views.factor_answer, name="factor_answer"),
    path("add/", views.risk_add, name="risk_add"),
    path("library/", views.library, name="library"),
    path("library/<slug:key>/add/", views.library_add, name="library_add"),
    path("<slug:key>/", views.risk_edit, name="risk_edit"),
    path("<slug:key>/remove/", views.risk_remove, name="risk_remove"),
    path("<slug:key>/restore/", views.risk_restore, name="risk_restore"),
]
