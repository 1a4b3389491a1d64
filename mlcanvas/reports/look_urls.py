from django.urls import path

from mlcanvas.reports import looks

app_name = "looks"

# Under /workspace/<slug>/report/.
urlpatterns = [
    path("", looks.look, name="look"),
    path("colours.css", looks.colours, name="colours"),
    path("logo.png", looks.logo, name="logo"),
    path("colour/", looks.dress, name="dress"),
    path("logo/", looks.put_logo, name="put_logo"),
    path("logo/remove/", looks.remove_logo, name="remove_logo"),
]
