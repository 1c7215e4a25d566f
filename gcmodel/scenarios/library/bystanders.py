"""Owners that have nothing to do with the failure, and lose their dependents to it."""

import attrs

from gcmodel.objects.identity import Uid
from gcmodel.objects.metadata import Json, KubeObject
from gcmodel.report.ownership import Ownership
from gcmodel.scenarios.library.props import deployment, job, namespace, owned
from gcmodel.scenarios.stage import Stage

WHERE = "shop"
GROUP = "example.com"
KINDS = ("Deployment", "Job", "Backup")


def backup_definition() -> Json:
    """Return the definition of Backups."""
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"backups.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {"plural": "backups", "kind": "Backup", "singular": "backup"},
            "versions": [version],
        },
    }


@attrs.define(eq=False)
class Bystanders:
    """A Deployment, a Job and a custom resource, each with dependents.

    Attributes:
        families: What depended on each when it was deleted, by kind.
    """

    stage: Stage
    owners: dict[str, KubeObject] = attrs.field(factory=dict)
    families: dict[str, frozenset[Uid]] = attrs.field(factory=dict)

    @classmethod
    def define(cls, stage: Stage) -> "Bystanders":
        """Define what Backups are; they can be made a moment later."""
        stage.namespaces.append(WHERE)
        stage.apply("admin", namespace(WHERE), backup_definition())
        return cls(stage)

    def arrive(self) -> None:
        """Create the three, and for the Backup what its operator would make."""
        nightly: Json = {
            "apiVersion": f"{GROUP}/v1",
            "kind": "Backup",
            "metadata": {"name": "nightly", "namespace": WHERE},
        }
        created = self.stage.apply(
            "admin", deployment(WHERE, "web"), job(WHERE, "report"), nightly
        )
        self.owners = {one.kind: one for one in created}
        backup = self.owners["Backup"]
        self.stage.apply(
            "admin",
            owned("ConfigMap", WHERE, "nightly-index", backup),
            owned("Secret", WHERE, "nightly-key", backup),
        )

    def depart(self) -> None:
        """Delete the three as kubectl does: in the background."""
        now = self.stage.look()
        for kind, owner in self.owners.items():
            family = now.descendants(owner)
            self.families[kind] = frozenset(one.uid for one in family)
            self.stage.acting("admin").delete(owner, "Background", None)

    def leaked_in(self, moment: Ownership) -> dict[str, int]:
        """Return how many dependents of each are left, and nobody deletes them."""
        left = {one.uid for one in moment.objects if not one.metadata.being_deleted}
        return {kind: len(left & family) for kind, family in self.families.items()}
