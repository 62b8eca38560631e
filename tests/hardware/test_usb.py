"""A receipt printer on USB, as far as that goes without one: pyusb and python-escpos over a bus of our own."""

from __future__ import annotations

import errno
from array import array
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import usb.backend
import usb.backend.libusb0
import usb.backend.libusb1
import usb.backend.openusb
from usb.core import USBError, USBTimeoutError

from hardware.errors import DriverMissing, PaperOut, PrinterDenied, PrinterInterrupted
from hardware.printer.drivers import EscposPrinter, RenderedSlip, usb_printer
from tests.hardware.test_paper import FINE, FULL, OUT, rendered

EPSON, TM_T20 = 0x04B8, 0x0E28


class Bus(usb.backend.IBackend):  # type: ignore[misc]
    """One printer on a bus: what a system without rights, or one whose plug is pulled, does to who uses it."""

    def __init__(self) -> None:
        self.received = bytearray()
        self.roll = FULL
        self.allowed = True
        self.pulled_after: int | None = None
        """So many bytes later the plug is pulled."""

    def enumerate_devices(self) -> Iterator[object]:
        return iter([self])

    def get_device_descriptor(self, _device: object) -> Any:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=EPSON, idProduct=TM_T20, bcdDevice=0x100, iManufacturer=0, iProduct=0,
            iSerialNumber=0, bNumConfigurations=1, address=1, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, _device: object, _number: int) -> Any:
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1,
            iConfiguration=0, bmAttributes=0x80, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, _device: object, number: int, alternate: int, _config: int) -> Any:
        if number or alternate:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=2,
            bInterfaceClass=7, bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(
        self, _device: object, number: int, _interface: int, _alternate: int, _config: int
    ) -> Any:
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(0x01, 0x82)[number], bmAttributes=2,
            wMaxPacketSize=64, bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, _device: object) -> object:
        if not self.allowed:
            raise USBError("Access denied (insufficient permissions)", -3, errno.EACCES)
        return self

    def get_configuration(self, _handle: object) -> int:
        return 1

    def bulk_write(
        self, _handle: object, _endpoint: int, _interface: int, data: array[int], _timeout: int
    ) -> int:
        self.received += data.tobytes()
        if self.pulled_after is not None and len(self.received) > self.pulled_after:
            raise USBError("No such device (it may have been disconnected)", -4, errno.ENODEV)
        return len(data)

    def bulk_read(
        self, _handle: object, _endpoint: int, _interface: int, buffer: array[int], _timeout: int
    ) -> int:
        answers = {b"\x10\x04\x04": self.roll, b"\x10\x04\x02": FINE}
        answer = answers.get(bytes(self.received[-3:]))
        if answer is None:
            raise USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
        buffer[0] = answer
        return 1

    def __getattribute__(self, name: str) -> Any:
        """Setting up and giving back always works: `set_configuration`, `claim_interface`, `close_device` ..."""
        quiet = {"set_configuration", "claim_interface", "release_interface", "reset_device", "close_device"}
        return (lambda *_: None) if name in quiet else super().__getattribute__(name)


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    """In the place of the system's own."""
    made = Bus()
    monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda **_: made)
    return made


@pytest.fixture
def printer() -> EscposPrinter:
    return usb_printer(EPSON, TM_T20, 1)


@pytest.fixture(scope="module")
def slip() -> RenderedSlip:
    return rendered()


def test_a_slip_goes_out_after_the_printer_was_asked_for_paper(
    bus: Bus, printer: EscposPrinter, slip: RenderedSlip
) -> None:
    printer.send("job", slip)
    assert slip.stream in bus.received
    bus.roll = OUT
    bus.received.clear()
    with pytest.raises(PaperOut):
        printer.send("job", slip)
    assert slip.stream not in bus.received


def test_a_plug_that_is_pulled_in_the_middle_says_that_a_part_may_be_printed(
    bus: Bus, printer: EscposPrinter, slip: RenderedSlip
) -> None:
    bus.pulled_after = 100
    with pytest.raises(PrinterInterrupted, match="disconnected") as failed:
        printer.send("job", slip)
    assert failed.value.code == "printer.interrupted"
    bus.pulled_after = None
    printer.send("job", slip)


def test_without_the_right_to_it_one_is_told_where_to_look(bus: Bus, printer: EscposPrinter) -> None:
    bus.allowed = False
    with pytest.raises(PrinterDenied, match=r"docs/install\.md") as failed:
        printer.look()
    assert failed.value.code == "printer.denied"


def test_without_libusb_one_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, printer: EscposPrinter
) -> None:
    for backend in (usb.backend.libusb0, usb.backend.libusb1, usb.backend.openusb):
        monkeypatch.setattr(backend, "get_backend", lambda **_: None)
    with pytest.raises(DriverMissing, match=r"libusb-1\.0-0") as failed:
        printer.look()
    assert failed.value.code == "printer.driver_missing"
