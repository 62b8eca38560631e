"""Where things lie in the house. Standard library only: the installer runs before anything is installed."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".maru"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
CLIENT = ROOT / "web" / "client"
LOCALE = ROOT / "branch" / "locale"
