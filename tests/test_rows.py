"""A test of many rows says of each that fails which it is and why."""

import pytest

from tests.rows import for_each


@for_each([2, 4])
def test_rows_that_hold(number: int) -> None:
    assert number % 2 == 0


def test_every_row_that_fails_is_named_with_its_reason() -> None:
    @for_each([1, 2, 3, 5], name="number {}".format)
    def check(number: int) -> None:
        assert number != 1, "one is odd"
        with pytest.raises(ZeroDivisionError):
            number / (number - 2)

    with pytest.raises(BaseExceptionGroup, match="3 fail: number 1, number 3, number 5") as caught:
        check()
    one, three, _ = caught.value.exceptions
    assert str(one).startswith("one is odd")
    assert one.__notes__ == ["of number 1"]
    assert str(three) == "DID NOT RAISE ZeroDivisionError"


def test_a_table_without_rows_proves_nothing() -> None:
    with pytest.raises(AssertionError, match="there is no row"):
        for_each([])(print)()
