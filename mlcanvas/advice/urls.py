from django.urls import path

from mlcanvas.advice import views

app_name = "advice"

urlpatterns = [
    path("", views.advice, name="advice"),
    path("beside/", views.beside, name="beside"),
    path("<slug:key>/dismiss/", views.dismiss, name="dismiss"),
    path("<slug:key>/restore/", views.restore, name="restore"),
]
