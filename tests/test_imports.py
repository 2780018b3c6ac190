"""The arrows between our modules point one way; the contracts stand in pyproject.toml."""

from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"


@pytest.mark.parametrize("contract", ["apps", "inside"])
def test_no_import_points_the_wrong_way(contract, capsys):
    kept = lint_imports(config_filename=str(PYPROJECT), limit_to_contracts=(contract,), no_cache=True)
    assert kept == EXIT_STATUS_SUCCESS, capsys.readouterr().out
