"""Small files of the kinds that scenes draw in, written by hand, so that fixtures need nobody else's."""
import os
import struct


def font(path):
    """A TrueType font with two glyphs: A is a triangle, B a square. Format: the OpenType specification."""
    def glyph(points):
        xs, ys = [x for x, _ in points], [y for _, y in points]
        data = struct.pack(">hhhhh", 1, min(xs), min(ys), max(xs), max(ys)) + struct.pack(">HH", len(points) - 1, 0)
        data += bytes([1] * len(points))
        for values in (xs, ys):
            data += b"".join(struct.pack(">h", value - before) for before, value in zip([0, *values], values))
        return data + b"\0" * (-len(data) % 4)

    glyphs = [b"", glyph([(50, 0), (300, 700), (550, 0)]), glyph([(50, 0), (50, 600), (550, 600), (550, 0)])]
    offsets = [sum(len(glyph) for glyph in glyphs[:index]) for index in range(len(glyphs) + 1)]
    # Format 4: the codes 65 and 66 are glyphs 1 and 2, and one segment ends the table.
    segments = struct.pack(">HHHHHHH", 4, 32, 0, 4, 4, 1, 0) + struct.pack(">HHHHHhhHH", 66, 0xFFFF, 0, 65, 0xFFFF, -64, 1, 0, 0)
    tables = {
        b"OS/2": struct.pack(">HhHHHhhhhhhhhhhh10s4L4sHHHhhhHH", 1, 600, 400, 5, 0, 600, 600, 0, 0, 600, 600, 0, 300, 50, 300, 0,
                             bytes(10), 1, 0, 0, 0, b"GOLM", 64, 65, 66, 800, -200, 0, 800, 200),
        b"cmap": struct.pack(">HHHHL", 0, 1, 3, 1, 12) + segments,
        b"glyf": b"".join(glyphs),
        b"head": struct.pack(">LLLLHHqqhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, 1000, 0, 0, 0, 0, 600, 700, 0, 8, 2, 1, 0),
        b"hhea": struct.pack(">LhhhHhhhhhhhhhhhH", 0x10000, 800, -200, 0, 600, 0, 0, 600, 1, 0, 0, 0, 0, 0, 0, 0, 3),
        b"hmtx": struct.pack(">HhHhHh", 600, 0, 600, 50, 600, 50),
        b"loca": struct.pack(f">{len(offsets)}L", *offsets),
        b"maxp": struct.pack(">LHHHHHHHHHHHHHH", 0x10000, 3, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": struct.pack(">HHH", 0, 0, 6),
        b"post": struct.pack(">LLhhLLLLL", 0x30000, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    at = 12 + 16 * len(tables)
    head = struct.pack(">LHHHH", 0x10000, len(tables), 128, 3, 16 * len(tables) - 128)
    body = b""
    for name, data in tables.items():
        padded = data + b"\0" * (-len(data) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF
        head += struct.pack(">4sLLL", name, total, at, len(data))
        at += len(padded)
        body += padded
    write(path, head + body)


def mesh_cache(path, frames):
    """A PC2 point cache of `frames`: lists of points, from frame 1 on."""
    header = struct.pack("<12siiffi", b"POINTCACHE2\0", 1, len(frames[0]), 1.0, 1.0, len(frames))
    write(path, header + b"".join(struct.pack("<3f", *point) for points in frames for point in points))


def puff(path):
    """A ball of smoke as OpenVDB. Needs Debian's python3-openvdb, whose Python is Blender's too."""
    import sys

    sys.path.append("/usr/lib/python3/dist-packages")
    import pyopenvdb

    grid = pyopenvdb.FloatGrid()
    grid.name, grid.gridClass = "density", pyopenvdb.GridClass.FOG_VOLUME
    grid.transform = pyopenvdb.createLinearTransform(voxelSize=0.2)
    voxels = grid.getAccessor()
    for x in range(-4, 5):
        for y in range(-4, 5):
            for z in range(-4, 5):
                if x * x + y * y + z * z < 17:
                    voxels.setValueOn((x, y, z), 1.0 / (1 + x * x + y * y))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    pyopenvdb.write(path, [grid])


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
