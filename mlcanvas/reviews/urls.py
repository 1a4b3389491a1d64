from django.urls import path

from mlcanvas.reviews import views

app_name = "reviews"

urlpatterns = [
    path("", views.decisions, name="decisions"),
    path("risks/", views.risks_since, name="risks_since"),
    path("decide/", views.decide, name="decide"),
]
