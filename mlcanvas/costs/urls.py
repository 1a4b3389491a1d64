from django.urls import path

from mlcanvas.costs import picture_views, views
from mlcanvas.costs.actuals import views as actuals
from mlcanvas.costs.history import views as history
from mlcanvas.costs.scenarios import views as scenarios

app_name = "costs"

urlpatterns = [
    path("", views.costs, name="costs"),
    path("estimate/", views.estimate, name="estimate"),
    path("accuracy/", picture_views.accuracy, name="accuracy"),
    path("drivers/", picture_views.drivers, name="drivers"),
    path("breakdown/", picture_views.breakdown, name="breakdown"),
    path("answers/<slug:question>/", views.answer, name="answer"),
    path("actuals/", actuals.actuals, name="actuals"),
    path("actuals/plan/", actuals.actuals_plan, name="actuals_plan"),
    path("actuals/<slug:line>/", actuals.actual, name="actual"),
    path("history/", history.history, name="history"),
    path("history/<int:number>/check/", history.history_check, name="history_check"),
    path("scenarios/", scenarios.scenarios, name="scenarios"),
    path("scenarios/add/", scenarios.scenario_add, name="scenario_add"),
    path("scenarios/start/", scenarios.scenarios_start, name="scenarios_start"),
    path("scenarios/compare/", scenarios.scenarios_compare, name="scenarios_compare"),
    path("scenarios/<slug:key>/", scenarios.scenario, name="scenario"),
    path("scenarios/<slug:key>/edit/", scenarios.scenario_edit, name="scenario_edit"),
    path("scenarios/<slug:key>/target/", scenarios.scenario_target, name="scenario_target"),
    path("scenarios/<slug:key>/answers/<slug:question>/", scenarios.scenario_answer, name="scenario_answer"),
    path("scenarios/<slug:key>/remove/", scenarios.scenario_remove, name="scenario_remove"),
    path("scenarios/<slug:key>/restore/", scenarios.scenario_restore, name="scenario_restore"),
    path("scenarios/<slug:key>/plan/", scenarios.scenario_plan, name="scenario_plan"),
]
