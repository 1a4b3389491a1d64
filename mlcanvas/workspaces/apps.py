from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "mlcanvas.workspaces"
    label = "workspaces"
