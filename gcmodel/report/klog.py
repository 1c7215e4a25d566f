"""The log of the controller manager, as klog prints it.

Upstream: ``formatHeader`` in k8s.io/klog
"""

from collections.abc import Iterator

from gcmodel.kernel.trace import Trace, TraceRecord
from gcmodel.report.clock import moment

_MACHINE = "kubelet"
PROCESS_ID = 1
"""As in a container; klog prints it in seven columns."""


def log_lines(trace: Trace, epoch_s: int, verbosity: int = 2) -> Iterator[str]:
    """Walk the log lines that a user sees at *verbosity*.

    Warnings and errors are always shown. A machine keeps a log of its own, which is
    not this one.
    """
    for record in trace:
        if record.what != "log" or record.actor.startswith(_MACHINE):
            continue
        if _is_shown(record, verbosity):
            yield log_line(record, epoch_s)


def log_line(record: TraceRecord, epoch_s: int) -> str:
    """Return ``I0327 15:07:52.472212       1 garbagecollector.go:232] …``."""
    fields = record.fields
    at = moment(epoch_s, record.at_ns).strftime("%m%d %H:%M:%S.%f")
    return f"{fields['level']}{at} {PROCESS_ID:7} {fields['src']}] {fields['text']}"


def _is_shown(record: TraceRecord, verbosity: int) -> bool:
    is_information = record.fields["level"] == "I"
    return not is_information or bool(record.fields["v"] <= verbosity)
