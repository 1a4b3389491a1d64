from django.urls import path

from mlcanvas.costs import views
from mlcanvas.costs.actuals import views as actuals

app_name = "costs"

urlpatterns = [
    path("", views.costs, name="costs"),
    path("estimate/", views.estimate, name="estimate"),
    path("answers/<slug:question>/", views.answer, name="answer"),
    path("actuals/", actuals.actuals, name="actuals"),
    path("actuals/plan/", actuals.actuals_plan, name="actuals_plan"),
    path("actuals/<slug:line>/", actuals.actual, name="actual"),
]
