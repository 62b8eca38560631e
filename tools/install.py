"""Make this clone ready, doing only what is not done yet: `python3.11 -m tools.install run|test`.

Runs on a bare Python 3.11, so it imports nothing but the standard library.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tools import client, packages, stamps
from tools.commands import clean_environment, install_locked, run_quietly
from tools.errors import ChoreError, run_chore, say
from tools.places import LOCALE, ROOT, STATE, VENV, VENV_PYTHON

RUN_LOCK = ROOT / "requirements.txt"
TEST_LOCK = ROOT / "requirements-dev.txt"
USAGE = "usage: python3.11 -m tools.install run|test"


def main() -> int:
    """Install for `run` or for `test`, once at a time in this clone."""
    kind = sys.argv[1] if len(sys.argv) == 2 else ""
    if kind not in ("run", "test"):
        raise ChoreError(USAGE)
    with stamps.one_at_a_time(STATE / "install.lock"):
        install(for_tests=kind == "test")
    return 0


def install(*, for_tests: bool) -> None:
    """System packages, Python packages, browser code, catalogues, vision models: in the order they need each other."""
    packages.provide(packages.TO_TEST if for_tests else packages.TO_RUN, required=for_tests)
    make_venv()
    install_python_packages(RUN_LOCK)
    if for_tests:
        install_python_packages(TEST_LOCK)
    client.build()
    compile_catalogues()
    fetch_models()


def make_venv() -> None:
    """A virtual environment in .venv; one that was moved here, or whose Python is gone, is made anew."""
    if _venv_works():
        return
    say("making .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    hint = "could not make .venv; on Debian: apt-get install python3.11-venv, then run it again"
    run_quietly([sys.executable, "-m", "venv", VENV], hint)


def _venv_works() -> bool:
    if not VENV_PYTHON.exists() or not (VENV / "bin" / "pip").exists():
        return False
    ask = [str(VENV_PYTHON), "-c", "import sys; print(sys.prefix)"]
    answer = subprocess.run(ask, capture_output=True, text=True, check=False, env=clean_environment())
    return answer.returncode == 0 and Path(answer.stdout.strip()).resolve() == VENV.resolve()


def install_python_packages(lock: Path) -> None:
    """Exactly what the lock file names, checked by hash."""
    stamp, wanted = VENV / f".{lock.stem}", stamps.fingerprint([lock])
    if stamps.is_fresh(stamp, wanted):
        return
    say(f"installing the Python packages of {lock.name} (a few minutes the first time)")
    install_locked(lock, "pip could not install the packages; see above, then run it again")
    stamps.put(stamp, wanted)


def compile_catalogues() -> None:
    """Turn the translations into what gettext reads, when one changed."""
    sources = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))
    stamp, wanted = STATE / "catalogues.stamp", stamps.fingerprint(sources)
    compiled = all(source.with_suffix(".mo").is_file() for source in sources)
    if compiled and stamps.is_fresh(stamp, wanted):
        return
    failure = "a translation catalogue is not well formed; see above"
    run_quietly([VENV_PYTHON, "-m", "tools.translations", "compile"], failure)
    stamps.put(stamp, wanted)


def fetch_models() -> None:
    """The vision models of mirror and backdrop, tried once; without them Maru runs and says so.

    A try that failed is remembered too: a start without a network must not wait for one each time.
    """
    stamp, wanted = STATE / "models" / ".tried", stamps.fingerprint([ROOT / "hardware" / "models.py"])
    if stamps.is_fresh(stamp, wanted):
        return
    command = [str(VENV_PYTHON), "-m", "hardware.models"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env=clean_environment()
    )
    if done.returncode != 0:
        say(
            "not all vision models could be fetched, so mirror and backdrop stay plain; `make models` tries again"
        )
    stamps.put(stamp, wanted)


if __name__ == "__main__":
    sys.exit(run_chore(main))
