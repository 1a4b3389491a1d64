from django.urls import path

from mlcanvas.projects.comments import views

app_name = "comments"

urlpatterns = [
    path("", views.threads, name="threads"),
    path("on/", views.comments, name="comments"),
    path("people/", views.people, name="people"),
    path("add/", views.comment_add, name="comment_add"),
    path("<int:key>/", views.comment, name="comment"),
    path("<int:key>/answer/", views.comment_answer, name="comment_answer"),
    path("<int:key>/edit/", views.comment_edit, name="comment_edit"),
    path("<int:key>/delete/", views.comment_delete, name="comment_delete"),
    path("<int:key>/resolve/", views.thread_resolve, name="thread_resolve"),
    path("<int:key>/reopen/", views.thread_reopen, name="thread_reopen"),
    path("<int:key>/thread.md", views.thread_markdown, name="thread_markdown"),
]
