"""The room proved against real life: real directories, real processes, real kills."""

import pytest

pytest.register_assert_rewrite("tests.server.instance")
