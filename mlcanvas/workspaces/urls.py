from django.urls import path

from mlcanvas.workspaces import views

app_name = "workspaces"

urlpatterns = [
    path("", views.workspaces, name="workspaces"),
    path("new/", views.workspace_add, name="workspace_add"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("invitation/<str:token>/sign-up/", views.invitation_sign_up, name="invitation_sign_up"),
    path("invitation/<str:token>/accept/", views.invitation_accept, name="invitation_accept"),
    path("<slug:slug>/", views.workspace, name="workspace"),
    path("<slug:slug>/people/", views.people, name="people"),
    path("<slug:slug>/people/<int:number>/role/", views.role_change, name="role_change"),
    path("<slug:slug>/people/<int:number>/remove/", views.person_remove, name="person_remove"),
    path("<slug:slug>/invitations/add/", views.invitation_add, name="invitation_add"),
    path("<slug:slug>/invitations/<int:number>/revoke/", views.invitation_revoke, name="invitation_revoke"),
    path("<slug:slug>/settings/", views.settings, name="settings"),
    path("<slug:slug>/settings/edit/", views.workspace_edit, name="workspace_edit"),
]
