from django.urls import path

from mlcanvas.costs import views

app_name = "costs"

urlpatterns = [
    path("", views.costs, name="costs"),
    path("estimate/", views.estimate, name="estimate"),
    path("answers/<slug:question>/", views.answer, name="answer"),
]
