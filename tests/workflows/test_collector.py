"""The collector rests while records are read, and is at work again afterwards, whatever happened."""

from __future__ import annotations

import contextlib
import gc

from itk.workflows.collector import resting


def test_it_is_at_work_again_after_an_error() -> None:
    with contextlib.suppress(ValueError), resting():
        assert not gc.isenabled()
        raise ValueError

    assert gc.isenabled()


def test_within_another_rest_it_goes_on_resting() -> None:
    with resting():
        with resting():
            pass
        assert not gc.isenabled()

    assert gc.isenabled()
