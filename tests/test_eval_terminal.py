"""How a command of the evaluation ends, whatever it does."""

import pytest

from eval.terminal import command
from qa.errors import InvalidInput, InvalidRecord


@pytest.mark.parametrize(("given", "code"), [(None, 0), (0, 0), (3, 3)])
def test_a_command_that_comes_to_its_end_gives_its_exit_code(capsys, given, code):
    assert command()(lambda: given)() == code
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("ending", "code", "said"),
    [
        (InvalidInput("no such set", hint="name another"), 1, "no such set\nhint: name another\n"),
        (InvalidInput("no such set"), 1, "no such set\n"),
        (InvalidRecord("not JSON", path="set\n.jsonl", line=3), 1, "set\\n.jsonl:3: not JSON\n"),
        (KeyboardInterrupt(), 130, "interrupted; it goes on\n"),
    ],
)
def test_what_ends_a_command_before_its_time_is_said_and_gives_another_code(capsys, ending, code, said):
    @command(interrupted="interrupted; it goes on")
    def main():
        raise ending

    assert main() == code
    assert capsys.readouterr() == ("", said)


def test_a_fault_of_ours_is_not_hidden():
    @command()
    def main():
        raise KeyError("x")

    with pytest.raises(KeyError):
        main()
