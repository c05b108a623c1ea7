"""The slow tests see each pair of options."""

import itertools

import pytest

from testing.harness import ALL_ON, MAIN_CONFIGURATIONS, SWITCHES, defaults_and


@pytest.mark.parametrize(("one", "other"), [*itertools.combinations([*SWITCHES, "sign_in"], 2)])
def test_any_two_options_are_in_each_of_their_four_states(one: str, other: str) -> None:
    """A new option needs places among MAIN_CONFIGURATIONS."""
    projects = map(defaults_and, MAIN_CONFIGURATIONS.values())
    states = {tuple(project[option] == ALL_ON[option] for option in (one, other)) for project in projects}
    assert len(states) == 4
