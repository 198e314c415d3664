"""Faults, for real: processes are killed, disks fill up, connections break."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.faults.checks")
