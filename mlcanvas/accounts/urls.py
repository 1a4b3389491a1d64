from django.urls import path

from mlcanvas.accounts import views

app_name = "accounts"

urlpatterns = [
    path("enter/<str:number>/<str:token>/", views.enter, name="enter"),
    path("name/", views.name, name="name"),
]
