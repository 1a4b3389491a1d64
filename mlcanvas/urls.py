"""Every address of the product."""

from django.urls import include, path

from mlcanvas.canvas.views.grids import grids

urlpatterns = [
    path("", include("mlcanvas.web.urls")),
    path("", include("mlcanvas.exchange.urls")),
    path("", include("mlcanvas.projects.urls")),
    path("portfolio/", include("mlcanvas.reports.portfolio.urls")),
    path("account/", include("mlcanvas.accounts.urls")),
    path("account/", include("allauth.urls")),
    path("workspace/<slug:slug>/risk-scale/", include("mlcanvas.risks.scales.urls")),
    path("workspace/<slug:slug>/report/", include("mlcanvas.reports.look_urls")),
    path("", include("mlcanvas.reports.jobs.urls")),
    path("workspace/", include("mlcanvas.workspaces.urls")),
    path("workspace/<slug:slug>/", include("mlcanvas.costs.rates.urls")),
    path("p/<slug:slug>/scope/", include("mlcanvas.scope.urls")),
    path("p/<slug:slug>/canvas/", include("mlcanvas.canvas.urls")),
    path("canvas/grids-<slug:version>.css", grids, name="canvas_grids"),
    path("p/<slug:slug>/rows/", include("mlcanvas.projects.rows.urls")),
    path("p/<slug:slug>/risks/", include("mlcanvas.risks.urls")),
    path("p/<slug:slug>/baselines/", include("mlcanvas.baselines.urls")),
    path("p/<slug:slug>/costs/", include("mlcanvas.costs.urls")),
    path("p/<slug:slug>/comments/", include("mlcanvas.projects.comments.urls")),
    path("p/<slug:slug>/advice/", include("mlcanvas.advice.urls")),
    path("p/<slug:slug>/reviews/", include("mlcanvas.reviews.urls")),
    path("p/<slug:slug>/", include("mlcanvas.reports.urls")),
    path("p/<slug:slug>/", include("mlcanvas.tracker.urls")),
]

handler400 = "mlcanvas.web.views.bad_request"
handler403 = "mlcanvas.web.views.forbidden"
handler404 = "mlcanvas.web.views.not_found"
handler500 = "mlcanvas.web.views.server_error"
