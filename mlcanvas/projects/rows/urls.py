from django.urls import path

from mlcanvas.projects.rows import views

app_name = "rows"

urlpatterns = [
    path("<slug:kind>/", views.rows, name="rows"),
    path("<slug:kind>/add/", views.row_add, name="row_add"),
    path("<slug:kind>/<slug:key>/edit/", views.row_edit, name="row_edit"),
    path("<slug:kind>/<slug:key>/remove/", views.row_remove, name="row_remove"),
    path("<slug:kind>/<slug:key>/restore/", views.row_restore, name="row_restore"),
    path("<slug:kind>/<slug:key>/move/", views.row_move, name="row_move"),
]
