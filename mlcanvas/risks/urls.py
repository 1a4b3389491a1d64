from django.urls import path

from mlcanvas.risks import exports
from mlcanvas.risks.legal import views as law
from mlcanvas.risks.views import cells, library, register, risk

app_name = "risks"

# The words before `<slug:key>` are no risk's key: those are a letter and a number.
urlpatterns = [
    path("", register.register, name="register"),
    path("news/", cells.news, name="news"),
    path("movement.json", register.movement, name="movement"),
    path("many/", cells.many, name="many"),
    path("many/restore/", cells.many_restore, name="many_restore"),
    path("factors/<slug:factor>/", register.factor_answer, name="factor_answer"),
    path("add/", register.risk_add, name="risk_add"),
    path("library/", library.library, name="library"),
    path("library/<slug:key>/add/", library.library_add, name="library_add"),
    path("library/<slug:key>/decline/", library.suggestion_decline, name="suggestion_decline"),
    path("library/<slug:key>/again/", library.suggestion_again, name="suggestion_again"),
    path("legal/", law.legal, name="legal"),
    path("legal/<slug:question>/", law.legal_answer, name="legal_answer"),
    path("register.csv", exports.register_csv, name="register_csv"),
    path("register.xlsx", exports.register_xlsx, name="register_xlsx"),
    path("register.md", exports.register_markdown, name="register_markdown"),
    path("picture.svg", exports.picture, {"form": "svg"}, name="picture_svg"),
    path("picture.png", exports.picture, {"form": "png"}, name="picture_png"),
    path("<slug:key>/", risk.risk_edit, name="risk_edit"),
    path("<slug:key>/cell/<slug:cell>/", cells.cell_edit, name="cell_edit"),
    path("<slug:key>/move/", cells.risk_move, name="risk_move"),
    path("<slug:key>/accept/", risk.risk_accept, name="risk_accept"),
    path("<slug:key>/accept/end/", risk.risk_accept_end, name="risk_accept_end"),
    path("<slug:key>/remove/", risk.risk_remove, name="risk_remove"),
    path("<slug:key>/restore/", risk.risk_restore, name="risk_restore"),
]
