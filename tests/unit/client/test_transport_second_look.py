"""Refusals that the server words by a second look."""

from gcmodel.apiserver.requests import Request
from gcmodel.client.transport import Latency, Transport
from gcmodel.errors import ApiError, api_error
from gcmodel.kernel.durations import MILLISECOND
from gcmodel.kernel.scheduler import Scheduler

MS = (MILLISECOND, MILLISECOND)


class Server:
    """Refuses with the instant of its last look."""

    def __init__(self, scheduler):
        self.scheduler = scheduler

    def handle(self, request):  # noqa: ARG002  (the protocol)
        """Refuse *request*."""
        error = self.refusal()
        error.warnings = ("mind",)
        error.second_look = self.refusal
        raise error

    def refusal(self):
        """Return a refusal worded by what is true now."""
        return api_error(409, "AlreadyExists", f"at {self.scheduler.now}")


def test_second_look_comes_later():
    """The caller reads what was true at the second look, warnings included."""
    scheduler = Scheduler()
    transport = Transport(scheduler, Server(scheduler), Latency(MS, MS, MS))
    seen = []

    async def send():
        try:
            await transport.send(Request(verb="create", user="admin"))
        except ApiError as error:
            seen.append((error.message, error.warnings, scheduler.now))

    scheduler.spawn("client", send())
    scheduler.run()

    assert seen == [("at 2000000", ("mind",), 3 * MILLISECOND)]
