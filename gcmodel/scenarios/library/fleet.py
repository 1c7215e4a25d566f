"""Fleet on stage: it deploys its agent, and deploys it again without waiting."""

from gcmodel.objects.metadata import KubeObject
from gcmodel.scenarios.library.props import deployment, namespace
from gcmodel.scenarios.stage import Stage

USER = "system:serviceaccount:cattle-fleet-system:fleet-controller"
WHERE = "cattle-fleet-local-system"
AGENT = ("apps/v1", "Deployment", f"{WHERE}/fleet-agent")
IMAGE = "rancher/fleet-agent:v0.12.0"


def arrive(stage: Stage) -> None:
    """Import the local cluster for the first time."""
    stage.empower(USER)
    stage.namespaces.append(WHERE)
    stage.apply("admin", namespace(WHERE))
    deploy_agent(stage)


def deploy_agent(stage: Stage) -> KubeObject:
    """Create the agent's Deployment."""
    return stage.apply(USER, deployment(WHERE, "fleet-agent", IMAGE))[0]


def delete_agent(stage: Stage) -> None:
    """Delete the agent's Deployment, with plain options."""
    stage.acting(USER).delete(AGENT, None, None)
