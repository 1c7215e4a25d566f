"""A seed is a run: across runs, processes and hash seeds."""

import subprocess
import sys
from pathlib import Path

import pytest

from gcmodel.kernel.choices import Choices, RandomSchedule
from gcmodel.kernel.scheduler import Scheduler, sleep
from gcmodel.kernel.waits import Mailbox

HERE = Path(__file__)


async def walker(scheduler, mailbox):
    """Draw a little of everything, note it, and pass it on."""
    choices = scheduler.choices
    for _ in range(5):
        await sleep(choices.one_of("pause", [0, 1, 2]))
        drawn = choices.shuffled("order", ["x", "y", "z"])
        number = scheduler.record("note", drawn=drawn, uid=choices.uuid("uid"))
        mailbox.put(number)


async def reader(scheduler, mailbox):
    """Act upon whatever was passed on."""
    while True:
        scheduler.act_upon(await mailbox.take())
        scheduler.record("read")


def run(seed):
    """Return the digest of a run of five racing tasks."""
    scheduler = Scheduler(Choices(seed, schedule=RandomSchedule(seed)))
    mailbox = Mailbox(scheduler)
    for name in ("a", "b", "c", "d"):
        scheduler.spawn(name, walker(scheduler, mailbox))
    scheduler.spawn("reader", reader(scheduler, mailbox))
    scheduler.run()
    return scheduler.trace.digest


def test_same_seed_same_trace():
    """Ten runs of one seed leave one trace."""
    assert len({run(7) for _ in range(10)}) == 1


def test_other_seed_other_trace():
    """Ten seeds leave ten traces."""
    assert len({run(seed) for seed in range(10)}) == 10


@pytest.mark.parametrize("hash_seed", ["0", "1", "4242", "random"])
def test_hash_order_does_not_leak(hash_seed):
    """No order that depends on hashing reaches the trace, in any process."""
    done = subprocess.run(
        [sys.executable, str(HERE), "7"],
        env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(HERE.parents[2])},
        check=True,
        capture_output=True,
        text=True,
    )

    assert done.stdout.strip() == run(7)


if __name__ == "__main__":
    print(run(int(sys.argv[1])))  # noqa: T201  (read by the test above)
