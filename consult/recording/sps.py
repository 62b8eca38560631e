"""Picture size out of an H264 sequence parameter set (ITU-T H.264 section 7.3.2.1.1)."""

WITH_CHROMA = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
"""Profiles whose parameter sets tell the chroma format; the others are 4:2:0."""


class BitReader:
    """Reads an RBSP bit by bit, emulation prevention bytes removed. Raises IndexError at its end."""

    def __init__(self, unit: bytes) -> None:
        self._data = unit.replace(b"\x00\x00\x03", b"\x00\x00")
        self._position = 0

    def bit(self) -> int:
        byte, offset = divmod(self._position, 8)
        self._position += 1
        return self._data[byte] >> (7 - offset) & 1

    def bits(self, count: int) -> int:
        value = 0
        for _ in range(count):
            value = value << 1 | self.bit()
        return value

    def unsigned(self) -> int:
        """ue(v), section 9.1."""
        zeros = 0
        while not self.bit():
            zeros += 1
        return (1 << zeros) - 1 + self.bits(zeros)

    def signed(self) -> int:
        """se(v), section 9.1.1."""
        value = self.unsigned()
        return (value + 1) // 2 if value % 2 else -(value // 2)


def picture_size(sps: bytes) -> tuple[int, int] | None:
    """Width and height in pixels after cropping; None when the parameter set is cut short."""
    try:
        return _read_size(BitReader(sps))
    except IndexError:
        return None


def _read_size(reader: BitReader) -> tuple[int, int]:
    reader.bits(8)  # NAL header
    profile = reader.bits(8)
    reader.bits(16)  # constraint flags, level
    reader.unsigned()  # seq_parameter_set_id
    chroma = _read_chroma(reader) if profile in WITH_CHROMA else 1
    reader.unsigned()  # log2_max_frame_num_minus4
    _skip_picture_order(reader)
    reader.unsigned()  # max_num_ref_frames
    reader.bit()  # gaps_in_frame_num_value_allowed_flag
    width = (reader.unsigned() + 1) * 16
    map_units = reader.unsigned() + 1
    frame_only = reader.bit()
    height = (2 - frame_only) * map_units * 16
    if not frame_only:
        reader.bit()  # mb_adaptive_frame_field_flag
    reader.bit()  # direct_8x8_inference_flag
    if reader.bit():
        left, right, top, bottom = (reader.unsigned() for _ in range(4))
        width -= (left + right) * (2 if chroma in (1, 2) else 1)
        height -= (top + bottom) * (2 if chroma == 1 else 1) * (2 - frame_only)
    return width, height


def _read_chroma(reader: BitReader) -> int:
    chroma = reader.unsigned()
    if chroma == 3:
        reader.bit()  # separate_colour_plane_flag
    reader.unsigned()  # bit_depth_luma_minus8
    reader.unsigned()  # bit_depth_chroma_minus8
    reader.bit()  # qpprime_y_zero_transform_bypass_flag
    if reader.bit():
        for number in range(12 if chroma == 3 else 8):
            if reader.bit():
                _skip_scaling_list(reader, 16 if number < 6 else 64)
    return chroma


def _skip_scaling_list(reader: BitReader, size: int) -> None:
    last, following = 8, 8
    for _ in range(size):
        if following:
            following = (last + reader.signed()) % 256
        last = following or last


def _skip_picture_order(reader: BitReader) -> None:
    kind = reader.unsigned()
    if kind == 0:
        reader.unsigned()
    elif kind == 1:
        reader.bit()
        reader.signed()
        reader.signed()
        for _ in range(reader.unsigned()):
            reader.signed()
