from django.urls import path

from mlcanvas.tracker import views

app_name = "tracker"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("lifecycle/", views.lifecycle, name="lifecycle"),
    path("lifecycle/move/", views.stage_move, name="stage_move"),
    path("lifecycle/<slug:key>/", views.checkpoint_edit, name="checkpoint_edit"),
    path("lifecycle/<slug:key>/tick/", views.checkpoint_tick, name="checkpoint_tick"),
    path("lifecycle/<slug:key>/evidence/add/", views.evidence_add, name="evidence_add"),
    path("lifecycle/<slug:key>/evidence/<int:number>/remove/", views.evidence_remove, name="evidence_remove"),
]
