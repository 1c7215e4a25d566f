"""Chance: separate streams, the same again for the same seed."""

import re

import pytest

from gcmodel.errors import UsageError
from gcmodel.kernel.choices import (
    Choices,
    FirstComeFirstServed,
    RandomSchedule,
    ReplayedSchedule,
)

UUID4 = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)


def sample(choices):
    """Draw one of everything."""
    return (
        choices.uniform("jitter", 1, 2),
        choices.one_of("pick", "abcdef"),
        choices.shuffled("map", range(10)),
        choices.uuid("uid"),
    )


def test_drawn_values_are_what_they_were():
    """Reproducible: a seed that someone wrote down still draws what it drew then."""
    assert sample(Choices(7)) == (
        1.2817679248299712,
        "c",
        [2, 5, 6, 7, 9, 4, 1, 0, 8, 3],
        "c1c17d41-5f0f-426b-9cb5-d69748946175",
    )


def test_seeds_differ():
    """Another seed draws other values."""
    assert sample(Choices(1)) == sample(Choices(1)) != sample(Choices(2))


def test_streams_are_separate():
    """Separate: a draw from one stream does not disturb another."""
    plain, disturbed = Choices(3), Choices(3)
    for _ in range(5):
        disturbed.uniform("other", 0, 1)

    assert [plain.uuid("uid") for _ in range(3)] == [
        disturbed.uuid("uid") for _ in range(3)
    ]


def test_uniform_stays_within_its_bounds():
    """A drawn number lies in its interval, and fills it."""
    choices = Choices()
    drawn = [choices.uniform("x", 5, 7) for _ in range(1000)]

    assert 5 <= min(drawn) < 5.1
    assert 6.9 < max(drawn) < 7


def test_replayed_arrangement_is_picked_one_by_one():
    """A replayed order is a series of picks, the last of which is no choice."""
    schedule = ReplayedSchedule([2, 0, 1])

    first = schedule.arrange("abcd")
    second = schedule.arrange("ab")

    assert (first, second) == (list("cadb"), list("ab"))
    assert schedule.taken == [(2, 4), (0, 3), (1, 2), (0, 2)]


@pytest.mark.parametrize("items", ["", "a"])
def test_replayed_arrangement_of_few_takes_no_pick(items):
    """Of nothing, or of one thing, there is only one order."""
    schedule = ReplayedSchedule([1])

    assert (schedule.arrange(items), schedule.taken) == (list(items), [])


def test_replayed_arrangement_can_be_varied():
    """What was taken can be replayed, and gives the same order again."""
    schedule = ReplayedSchedule([3, 1])
    once = schedule.arrange("abcd")

    again = ReplayedSchedule([index for index, _ in schedule.taken])

    assert again.arrange("abcd") == once == list("dbac")


def test_every_option_is_drawn():
    """Each option comes up, and nothing else does."""
    choices = Choices()

    assert {choices.one_of("x", "abc") for _ in range(100)} == set("abc")


def test_shuffling_copies():
    """A shuffled list has the same items in another order; the original is kept."""
    options = list(range(20))

    mixed = Choices().shuffled("x", options)

    assert sorted(mixed) == options == list(range(20)) != mixed


def test_uuids_are_version_4():
    """A drawn UUID has version and variant of a random one, and none comes twice."""
    choices = Choices()
    drawn = [choices.uuid("uid") for _ in range(1000)]

    assert len(set(drawn)) == 1000
    assert all(UUID4.fullmatch(uid) for uid in drawn)


def test_first_come_first_served():
    """The default schedule never prefers one over the first."""
    assert [FirstComeFirstServed().pick(count) for count in (1, 2, 9)] == [0, 0, 0]


def test_random_schedule():
    """A random schedule picks every index, and the same ones for the same seed."""

    def picks(seed):
        schedule = RandomSchedule(seed)
        return [schedule.pick(3) for _ in range(50)]

    assert set(picks(1)) == {0, 1, 2}
    assert picks(1) == picks(1) != picks(2)


def test_replayed_schedule():
    """A replay follows its picks, then is boring, and tells what it took."""
    schedule = ReplayedSchedule([2, 0, 1])

    assert [schedule.pick(3) for _ in range(5)] == [2, 0, 1, 0, 0]
    assert schedule.taken == [(2, 3), (0, 3), (1, 3), (0, 3), (0, 3)]


@pytest.mark.parametrize("pick", [2, -1])
def test_replay_of_another_run(pick):
    """A pick that this run does not offer is refused by its place."""
    schedule = ReplayedSchedule([0, pick])
    schedule.pick(2)

    with pytest.raises(UsageError) as caught:
        schedule.pick(2)

    assert str(caught.value) == (
        f"pick 1 is {pick}: must be below 2; the recorded choices belong to another run"
    )


def test_foreseen_draws_come_first():
    """Draws that are known come in order; None and whatever follows are by chance."""
    choices = Choices(seed=3)
    choices.foresee("delay", [0.25, None, 0.75])

    drawn = [choices.stream("delay").random() for _ in range(4)]

    assert (drawn[0], drawn[2]) == (0.25, 0.75)
    assert len(set(drawn)) == 4
    assert drawn == [
        again.stream("delay").random()
        for again in [_foreseeing(3, "delay", [0.25, None, 0.75])]
        for _ in range(4)
    ]


def _foreseeing(seed, name, draws):
    choices = Choices(seed=seed)
    choices.foresee(name, draws)
    return choices
