"""When APIServices are judged, and how often their backends are asked.

Upstream: ``sync`` in kube-aggregator pkg/controllers/status/available_controller.go
"""

import pytest

from gcmodel.apiserver.aggregation import API_SERVICES, SERVICES, Aggregator
from gcmodel.apiserver.availability_controller import (
    AvailabilityController,
    check_problem,
)
from gcmodel.apiserver.conditions import Condition
from gcmodel.apiserver.recorded_extension import RecordedExtension
from gcmodel.apiserver.requests import NoAnswer, Response
from gcmodel.errors import Status, api_error
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.metadata import KubeObject, ObjectMeta

NAME = "v1.ext.cattle.io"


class Counting(RecordedExtension):
    """The stand-in of the recordings, with a count of what reached it."""

    asked = 0

    def handle(self, request):
        """Count and answer."""
        self.asked += 1
        return super().handle(request)


class Cluster:
    """An aggregator with one extension server, and the flips of its condition."""

    def __init__(self):
        self.scheduler = Scheduler()
        self.objects = {}
        self.flips = []
        self.extension = Counting(self.scheduler, lambda: 0)
        aggregator = Aggregator(self)
        aggregator.connect("default", "ext", self.extension)
        self.controller = AvailabilityController(
            self.scheduler, aggregator, self._write, lambda: 0
        )
        self.scheduler.spawn("availability", self.controller.run(), background=True)

    def get(self, resource, namespace, name):
        """Return an object, or None."""
        return self.objects.get((resource, namespace, name))

    def list(self, resource):
        """Return the objects of *resource*."""
        return [stored for key, stored in self.objects.items() if key[0] == resource]

    def put(self, resource, stored):
        """Store an object and tell the controller."""
        self.objects[resource, stored.namespace, stored.name] = stored
        self.controller.observe(resource, stored)

    def register(self):
        """Create the Service and the APIService."""
        meta = ObjectMeta(namespace="default", name="ext")
        spec = {"type": "ExternalName", "externalName": "localhost"}
        self.put(SERVICES, KubeObject("v1", "Service", meta, {"spec": spec}))
        spec = {
            "group": "ext.cattle.io",
            "version": "v1",
            "service": {"namespace": "default", "name": "ext", "port": 6443},
        }
        self.put(
            API_SERVICES,
            KubeObject(
                "apiregistration.k8s.io/v1",
                "APIService",
                ObjectMeta(name=NAME),
                {"spec": spec},
            ),
        )

    def run_to(self, seconds):
        """Let time pass up to *seconds* after the start."""
        self.scheduler.run(round(seconds * SECOND))

    def _write(self, changed):
        condition = Condition.of(changed, "Available")
        at_s = self.scheduler.now / SECOND
        self.flips.append((round(at_s, 3), condition.status, condition.reason))
        self.put(API_SERVICES, changed)


@pytest.fixture(name="cluster")
def _cluster():
    return Cluster()


def test_new_api_service_is_judged_twice_at_once(cluster):
    """The verdict is itself a change, so the backend gets two rounds of five calls."""
    cluster.run_to(12)
    cluster.register()
    cluster.run_to(13)

    assert cluster.flips == [(12.0, "True", "Passed")]
    assert cluster.extension.asked == 10


def test_healthy_backend_is_asked_five_times_in_30_s(cluster):
    """A resync costs five calls and changes nothing."""
    cluster.register()
    cluster.run_to(1)
    cluster.run_to(61)

    assert cluster.extension.asked == 20
    assert cluster.flips == [(0.0, "True", "Passed")]


def test_backend_that_goes_is_noticed_at_the_resync(cluster):
    """Nothing but the periodic check tells of a refused connection."""
    cluster.register()
    cluster.run_to(13)
    cluster.extension.switch("down")
    cluster.run_to(31)

    condition = Condition.of(cluster.get(API_SERVICES, "", NAME), "Available")

    assert cluster.flips[1:] == [(30.0, "False", "FailedDiscoveryCheck")]
    assert condition.message == (
        "failing or missing response from "
        "https://localhost:6443/apis/ext.cattle.io/v1: Get "
        '"https://localhost:6443/apis/ext.cattle.io/v1": dial tcp 127.0.0.1:6443: '
        "connect: connection refused"
    )


@pytest.mark.parametrize(
    ("back_s", "noticed_s"),
    [
        pytest.param(8.0, 10.225, id="S4-up-ok"),
        pytest.param(11.7, 20.465, id="S4-up-failing"),
        pytest.param(22.95, 30.0, id="S6-server-back-ok"),
        pytest.param(76.8, 90.0, id="S1-server-back-failing"),
    ],
)
def test_backend_that_returns_is_noticed_by_a_retry_or_a_resync(
    cluster, back_s, noticed_s
):
    """Retries double from 5 ms to 30 s; resyncs go on in between."""
    cluster.extension.switch("down")
    cluster.register()
    cluster.run_to(back_s)
    cluster.extension.switch("ok")
    cluster.run_to(150)

    assert cluster.flips == [
        (0.0, "False", "FailedDiscoveryCheck"),
        (noticed_s, "True", "Passed"),
    ]


def test_silent_backend_costs_five_seconds(cluster):
    """A call that gets no answer is given up after 5 s."""
    cluster.extension.switch("hang-all")
    cluster.register()
    cluster.run_to(6)

    assert cluster.flips == [(5.0, "False", "FailedDiscoveryCheck")]


def test_service_change_triggers_a_check(cluster):
    """A Service that disappears is noticed at once."""
    cluster.register()
    cluster.run_to(1)
    service = cluster.objects.pop((SERVICES, "default", "ext"))
    cluster.controller.observe(SERVICES, service)
    cluster.run_to(2)

    assert cluster.flips == [(0.0, "True", "Passed"), (1.0, "False", "ServiceNotFound")]


def test_missing_service_is_not_retried(cluster):
    """Only a failed health check is repeated out of turn."""
    cluster.register()
    service = cluster.objects.pop((SERVICES, "default", "ext"))
    cluster.controller.observe(SERVICES, service)
    cluster.run_to(29)

    assert cluster.flips == [(0.0, "False", "ServiceNotFound")]
    assert cluster.extension.asked == 0


@pytest.mark.parametrize(
    ("outcome", "problem"),
    [
        pytest.param(Response(200, ()), "", id="AS-140-ok"),
        pytest.param(Response(299, ()), "", id="AS-140-2xx"),
        pytest.param(
            Response(302, ()),
            "failing or missing response from u: bad status from u: 302",
            id="AS-140-302",
        ),
        pytest.param(
            Response(304, ()),
            "failing or missing response from u: bad status from u: 304",
            id="AS-140-304",
        ),
        pytest.param(
            api_error(403, "Forbidden", "no"),
            "failing or missing response from u: bad status from u: 403",
            id="AS-140-403",
        ),
        pytest.param(
            NoAnswer(),
            'failing or missing response from u: Get "u": context deadline exceeded '
            "(Client.Timeout exceeded while awaiting headers)",
            id="AS-140-timeout",
        ),
    ],
)
def test_only_2xx_is_healthy(outcome, problem):
    """Redirections, refusals and silence are failures."""
    assert check_problem("u", outcome) == problem


def test_status_is_a_fine_body():
    """What the backend says does not matter, only that it says it with 2xx."""
    assert check_problem("u", Response(200, Status(200))) == ""
