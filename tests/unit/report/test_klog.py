"""The log as klog prints it."""

from gcmodel.apiserver.clock import INCIDENT_DAY
from gcmodel.kernel.trace import Trace
from gcmodel.report.klog import log_lines

AT_NS = 60_472_212_000


def logged(*lines, actor="gc-sync"):
    """Return a trace of log lines: level, verbosity and text."""
    trace = Trace()
    for level, v, text in lines:
        fields = {
            "level": level,
            "v": v,
            "src": "garbagecollector.go:232",
            "text": text,
        }
        trace.append(AT_NS, actor, "log", fields)
    return trace


def test_header_is_that_of_klog():
    """Level, month and day, microseconds, the process in seven columns, the source."""
    trace = logged(("I", 2, '"syncing" attempt=2'))

    assert list(log_lines(trace, INCIDENT_DAY)) == [
        'I0327 15:07:52.472212       1 garbagecollector.go:232] "syncing" attempt=2'
    ]


def test_verbosity_hides_information_only():
    """Information above the verbosity is left out; warnings and errors never are."""
    trace = logged(("I", 4, "detail"), ("I", 2, "news"), ("W", 0, "hm"), ("E", 0, "oh"))

    def texts(verbosity):
        lines = log_lines(trace, INCIDENT_DAY, verbosity)
        return [line.rpartition(" ")[2] for line in lines]

    assert (texts(0), texts(2), texts(4)) == (
        ["hm", "oh"],
        ["news", "hm", "oh"],
        ["detail", "news", "hm", "oh"],
    )


def test_machine_keeps_its_own_log():
    """What a kubelet says is not in the controller manager's log."""
    assert list(log_lines(logged(("I", 0, "x"), actor="kubelet m1 start"), 0)) == []


def test_only_log_records_are_lines():
    """Everything else in a trace stays out of the log."""
    trace = Trace()
    trace.append(0, "user", "story", {"who": "you"})

    assert list(log_lines(trace, 0)) == []
