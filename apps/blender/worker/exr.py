"""Reads the OpenEXR files that this worker writes, exactly and in part.

Only what the renderer writes is understood: scanlines, 32-bit floats, stored plain or by ZIP. A delivered file that is
anything else is no answer to the question that was asked. Plain storage makes a crop a matter of slicing bytes,
which needs no numeric library (Debian's Blender comes without numpy).

Format: https://openexr.com/en/latest/OpenEXRFileLayout.html
"""
import hashlib
import itertools
import struct
import zlib

MAGIC = b"\x76\x2f\x31\x01"
FLOAT = 2
BLOCK_LINES = {0: 1, 2: 1, 3: 16}
NONE = 0
MAX_SIDE = 65536
MAX_CHANNELS = 1024


class NotOurExr(Exception):
    """The file is damaged, or no file that the renderer of this worker writes. The text says why."""


class Exr:
    """One picture: `width`, `height`, sorted channel names, text attributes, and `plane` for the floats of a channel.

    Rows count from the top; regions are (x0, y0, x1, y1) with x1 and y1 outside.
    """

    def __init__(self, path):
        try:
            with open(path, "rb") as file:
                self._data = memoryview(file.read())
        except OSError as error:
            raise NotOurExr(f"the file cannot be read ({error.strerror})") from None
        try:
            self._parse()
        except (struct.error, IndexError, ValueError, UnicodeDecodeError):
            raise NotOurExr("the OpenEXR header is damaged") from None
        self._blocks = {}

    def _parse(self):
        data = self._data
        if data[:4] != MAGIC:
            raise NotOurExr("the file is no OpenEXR")
        (version,) = struct.unpack_from("<I", data, 4)
        if version & ~0x4FF != 0 or version & 0xFF != 2:
            raise NotOurExr("the OpenEXR is tiled, deep or in parts")
        attributes, position = read_attributes(data, 8)
        self.channels = read_channels(attributes["channels"])
        self.texts = {name: value.decode() for name, (kind, value) in attributes["*"].items() if kind == "string"}
        compression = attributes["compression"][0]
        if compression not in BLOCK_LINES:
            raise NotOurExr("the OpenEXR is compressed in a way that this application does not write")
        self._plain = compression == NONE
        self._lines = BLOCK_LINES[compression]
        left, top, right, bottom = struct.unpack("<4i", attributes["dataWindow"])
        self.width, self.height = right - left + 1, bottom - top + 1
        if not (0 < self.width <= MAX_SIDE and 0 < self.height <= MAX_SIDE):
            raise NotOurExr("the size in the OpenEXR header makes no sense")
        blocks = -(-self.height // self._lines)
        self._offsets = struct.unpack_from(f"<{blocks}Q", data, position)
        self._row_bytes = 4 * self.width
        self._line_bytes = self._row_bytes * len(self.channels)

    def _block(self, number):
        """The unpacked lines of one block; each line holds one row of every channel in turn."""
        block = self._blocks.get(number)
        if block is not None:
            return block
        try:
            _, size = struct.unpack_from("<ii", self._data, self._offsets[number])
        except struct.error:
            raise NotOurExr("the OpenEXR is cut off") from None
        start = self._offsets[number] + 8
        packed = self._data[start : start + size]
        wanted = self._line_bytes * min(self._lines, self.height - number * self._lines)
        if size < 0 or len(packed) != size:
            raise NotOurExr("the OpenEXR is cut off")
        block = packed if size == wanted else unzip(packed, wanted)
        self._blocks[number] = block
        return block

    def require_whole(self):
        """Raises NotOurExr when the file cannot hold every block that its header promises. ZIP blocks are only measured."""
        for number, offset in enumerate(self._offsets):
            if self._plain:
                self._block(number)
            elif offset + 8 > len(self._data):
                raise NotOurExr("the OpenEXR is cut off")

    def rows(self, channel, region):
        """The floats of one channel in `region`, one bytes-like object a row, from the top."""
        x0, y0, x1, y1 = region
        start = self.channels.index(channel) * self._row_bytes
        found = []
        for y in range(y0, y1):
            number, line = divmod(y, self._lines)
            base = line * self._line_bytes + start
            found.append(self._block(number)[base + 4 * x0 : base + 4 * x1])
        return found

    def plane(self, channel, region):
        """The floats of one channel in `region` as bytes, little-endian, row by row from the top."""
        return b"".join(self.rows(channel, region))

    @property
    def full(self):
        return (0, 0, self.width, self.height)

    def pixel_hash(self, region=None):
        """SHA-256 over every channel in order of name: name, a zero byte, width and height as 32-bit little-endian
        numbers, then its floats. Equal for equal pixels, however the file was packed."""
        region = region or self.full
        size = struct.pack("<II", region[2] - region[0], region[3] - region[1])
        digest = hashlib.sha256()
        for channel in sorted(self.channels):
            digest.update(channel.encode() + b"\0" + size)
            digest.update(self.plane(channel, region))
        return digest.hexdigest()


def read_attributes(data, position):
    """(attributes by name, where the header ends). All of them with their kind are under "*"."""
    found = {"*": {}}
    while data[position] != 0:
        name, position = read_name(data, position)
        kind, position = read_name(data, position)
        (size,) = struct.unpack_from("<i", data, position)
        position += 4
        if size < 0:
            raise ValueError(size)
        found[name] = bytes(data[position : position + size])
        found["*"][name] = (kind, found[name])
        position += size
    for needed in ("channels", "compression", "dataWindow"):
        if needed not in found:
            raise ValueError(needed)
    return found, position + 1


def read_name(data, position):
    text = bytes(data[position : position + 256])
    end = text.index(b"\0")
    return text[:end].decode(), position + end + 1


def read_channels(value):
    channels, position = [], 0
    while value[position] != 0:
        name, position = read_name(value, position)
        kind, _, step_x, step_y = struct.unpack_from("<iIii", value, position)
        position += 16
        if (kind, step_x, step_y) != (FLOAT, 1, 1):
            raise NotOurExr("the OpenEXR does not hold 32-bit floats")
        channels.append(name)
        if len(channels) > MAX_CHANNELS:
            raise NotOurExr("the OpenEXR has too many channels")
    return channels


def unzip(packed, wanted):
    """Undoes OpenEXR's ZIP: deflate, then differences of neighbouring bytes, then even and odd bytes apart."""
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(packed, wanted)
    except zlib.error:
        raise NotOurExr("a block of the OpenEXR is damaged") from None
    if len(raw) != wanted:
        raise NotOurExr("a block of the OpenEXR has the wrong size")
    shifted = bytes([raw[0], *(byte + 128 & 255 for byte in raw[1:])])
    joined = bytes(byte & 255 for byte in itertools.accumulate(shifted))
    half = (wanted + 1) // 2
    block = bytearray(wanted)
    block[0::2] = joined[:half]
    block[1::2] = joined[half:]
    return memoryview(bytes(block))
