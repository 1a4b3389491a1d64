from django.urls import path

from mlcanvas.canvas import views

app_name = "canvas"

urlpatterns = [
    path("", views.canvas, name="canvas"),
    path("head/", views.head_edit, name="head_edit"),
    path("<slug:key>/", views.block, name="block"),
    path("<slug:key>/save/", views.block_save, name="block_save"),
    path("<slug:key>/agree/", views.block_agree, name="block_agree"),
    path("<slug:key>/reopen/", views.block_reopen, name="block_reopen"),
]
