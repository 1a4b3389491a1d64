"""The demo workspace: two worked cases and the people who work on them."""

from importlib.resources import files

from django.db import transaction

from mlcanvas.accounts.models import User
from mlcanvas.exchange.actions import project_import
from mlcanvas.workspaces.models import Membership, Workspace
from mlcanvas.workspaces.roles import Role

OWNER = "demo@example.org"
SLUG = "demo"
# Address, name, role. None has a password: the owner comes in by a link, the others are there to be seen.
PEOPLE = (
    (OWNER, "Marta Lindqvist", Role.OWNER),
    ("editor@example.org", "Tomás Ferreira", Role.EDITOR),
    ("reviewer@example.org", "Helena Prado", Role.REVIEWER),
    ("viewer@example.org", "Jonas Weber", Role.VIEWER),
)


def cases() -> dict[str, bytes]:
    """The worked cases: their project files by name, in order."""
    folder = files("mlcanvas.ops").joinpath("cases")
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return {file.name.removesuffix(".yaml"): file.read_bytes() for file in found}


@transaction.atomic
def demonstrate() -> User:
    """The demo's owner. The first time, makes workspace, people and cases; later a deleted case stays deleted."""
    owner = User.objects.filter(email=OWNER).first()
    if Workspace.objects.filter(slug=SLUG).exists():
        # A workspace that somebody called “demo” is theirs: its own owners are not joined by ours.
        return owner or User.objects.create_user(OWNER, name=PEOPLE[0][1])
    workspace = Workspace.objects.create(name="Demo", slug=SLUG)
    for email, name, role in PEOPLE:
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name)
        Membership.objects.create(workspace=workspace, user=user, role=role)
    owner = User.objects.get(email=OWNER)
    for text in cases().values():
        project_import(workspace=workspace, text=text, by=owner, is_example=True)
    return owner
