from django.urls import path

from mlcanvas.reports.portfolio import views
from mlcanvas.reports.portfolio.selectors import ENDINGS

app_name = "portfolio"

# Under /portfolio/: a page and its files beside each other.
urlpatterns = [
    path("report/", views.portfolio_report, name="portfolio_report"),
    path("report/start/", views.start, name="start"),
    path("report.pdf", views.portfolio_pdf, name="portfolio_pdf"),
    *(
        path(f"report.{ending}", views.portfolio_file, {"ending": ending}, name=f"portfolio_{ending}")
        for ending in ENDINGS
    ),
]
