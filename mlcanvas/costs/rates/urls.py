from django.urls import path

from mlcanvas.costs.rates import views

app_name = "rates"

urlpatterns = [
    path("prices/", views.prices, name="prices"),
    path("prices/<str:place>/", views.figure, name="figure"),
    path("prices/<str:place>/row/", views.figure_row, name="figure_row"),
    path("prices/<str:place>/take-back/", views.figure_take_back, name="figure_take_back"),
    path("calibration/", views.calibration, name="calibration"),
    path("calibration/apply/", views.fit_apply, name="fit_apply"),
    path("calibration/take-back/", views.fit_take_back, name="fit_take_back"),
]
