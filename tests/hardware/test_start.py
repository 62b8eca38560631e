"""Starting and stopping: settings that are wrong, ports in use, and what the agent may import."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.hardware.helpers import KEY, ROOT, AgentProcess, agent_environment


def start_and_fail(**settings: object) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "hardware"],
        cwd=ROOT,
        env=agent_environment(**settings),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "MARU_AGENT_KEY"),
        ({"key": "short"}, "MARU_AGENT_KEY"),
        ({"key": KEY, "printer_widht": 384}, "MARU_AGENT_PRINTER_WIDHT"),
        ({"key": KEY, "printer_width": 500}, "MARU_AGENT_PRINTER_WIDTH"),
        ({"key": KEY, "port": "eighty"}, "MARU_AGENT_PORT"),
        ({"key": KEY, "printer_driver": "network"}, "MARU_AGENT_PRINTER_HOST"),
        (
            {"key": KEY, "printer_driver": "usb", "printer_usb_vendor": "04b8"},
            "MARU_AGENT_PRINTER_USB_PRODUCT",
        ),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line(settings: dict[str, object], named: str) -> None:
    code, said = start_and_fail(**settings)
    assert code == 2
    assert len(said.splitlines()) == 1
    assert named in said
    assert KEY not in said


def test_a_port_in_use_is_one_line_that_says_what_to_do(agent: AgentProcess) -> None:
    code, said = start_and_fail(key=KEY, port=agent.port, spool_dir=agent.spool)
    assert code == 1
    assert len(said.splitlines()) == 1
    assert "MARU_AGENT_PORT" in said


def test_the_start_says_what_is_around(agent: AgentProcess) -> None:
    agent.wait_for_vision()
    log = agent.output.read_text()
    assert "mirror on" in log
    assert "printer simulated" in log
    assert str(agent.spool) in log
    assert KEY not in log


def test_the_hubs_client_is_light() -> None:
    """It is loaded into the hub, which must not carry OpenCV, MediaPipe or aiohttp."""
    script = "import sys, hardware.client; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"cv2", "mediapipe", "numpy", "aiohttp", "PIL", "pydantic", "escpos"} & set(loaded)
    assert "requests" in loaded
