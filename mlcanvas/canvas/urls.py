from django.urls import path

from mlcanvas.canvas.views import block, history, screen, together

app_name = "canvas"

# A template's key comes first, so that a block's address names the canvas that it stands in. The words before
# `<slug:template>` are no template's key: a check of the catalogue says so.
urlpatterns = [
    path("", screen.canvas, name="canvas"),
    path("all/", screen.canvases, name="canvases"),
    path("add/", screen.canvas_add, name="canvas_add"),
    path("block/<slug:key>/", block.block_here, name="block_here"),
    path("compare/", history.compare_here, name="compare_here"),
    path("history/", history.history_here, name="history_here"),
    path("<slug:template>/", screen.canvas, name="canvas_of"),
    path("<slug:template>/head/", screen.head_edit, name="head_edit"),
    path("<slug:template>/news/", together.news, name="news"),
    path("<slug:template>/here/", together.here, name="here"),
    path("<slug:template>/choose/", screen.canvas_choose, name="canvas_choose"),
    path("<slug:template>/remove/", screen.canvas_remove, name="canvas_remove"),
    path("<slug:template>/history/", history.canvas_history, name="canvas_history"),
    path("<slug:template>/history/restore/", history.canvas_restore, name="canvas_restore"),
    path("<slug:template>/compare/", history.canvas_compare, name="canvas_compare"),
    path("<slug:template>/<slug:key>/", block.block, name="block"),
    path("<slug:template>/<slug:key>/guide/", block.block_guide, name="block_guide"),
    path("<slug:template>/<slug:key>/save/", block.block_save, name="block_save"),
    path("<slug:template>/<slug:key>/agree/", block.block_agree, name="block_agree"),
    path("<slug:template>/<slug:key>/reopen/", block.block_reopen, name="block_reopen"),
    path("<slug:template>/<slug:key>/history/", history.block_history, name="block_history"),
    path("<slug:template>/<slug:key>/history/restore/", history.block_restore, name="block_restore"),
]
