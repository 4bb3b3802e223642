"""Judges a .blend by its first bytes, before Blender opens it.

Blender's own messages do not tell a picture, a cut download and a file of the future apart. The header is
"BLENDER", pointer size, byte order and three digits of version; from 5.0 on it is longer ("BLENDER17-01v0500").
The whole file may be wrapped in gzip (until 2.93) or Zstandard (since 3.0).
"""
import ctypes
import ctypes.util
import gzip
import os
import re
import zlib

from answers import WorkerError

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
HEADER_BYTES = 17


def saved_version(path):
    """(major, minor) of the Blender that saved the file, or None when its compression cannot be opened here.

    Raises WorkerError FILE_MISSING, FILE_EMPTY, NOT_A_BLEND or FILE_TRUNCATED.
    """
    name = os.path.basename(path)
    if not os.path.isfile(path):
        raise WorkerError("FILE_MISSING", f"{name} does not exist; check the path.", file=path)
    with open(path, "rb") as file:
        start = file.read(65536)
    if not start:
        raise WorkerError("FILE_EMPTY", f"{name} is empty; save it again in Blender.", file=path)
    if start.startswith(GZIP_MAGIC):
        try:
            with gzip.open(path, "rb") as file:
                start = file.read(HEADER_BYTES)
        except (EOFError, zlib.error, OSError):
            raise truncated(path) from None
    elif start.startswith(ZSTD_MAGIC):
        unpacked = zstd_start(start)
        if unpacked is None:
            return None
        start = unpacked
    match = re.match(rb"BLENDER(?:[-_][vV](\d)(\d\d)|17-01v(\d\d)(\d\d))", start)
    if match is None:
        raise WorkerError("NOT_A_BLEND", f"{name} is not a Blender file; give a .blend.", file=path)
    major, minor = [group for group in match.groups() if group is not None]
    return int(major), int(minor)


def truncated(path):
    return WorkerError("FILE_TRUNCATED", f"{os.path.basename(path)} is cut off or damaged; save or copy it again.", file=path)


def zstd_start(data):
    """The first unpacked bytes of a Zstandard stream, by the library that Blender itself links; None without it."""
    library = ctypes.util.find_library("zstd") or "libzstd.so.1"
    try:
        zstd = ctypes.CDLL(library)
    except OSError:
        return None

    class Buffer(ctypes.Structure):
        _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t), ("position", ctypes.c_size_t)]

    zstd.ZSTD_createDStream.restype = ctypes.c_void_p
    zstd.ZSTD_decompressStream.argtypes = [ctypes.c_void_p, ctypes.POINTER(Buffer), ctypes.POINTER(Buffer)]
    zstd.ZSTD_decompressStream.restype = ctypes.c_size_t
    zstd.ZSTD_freeDStream.argtypes = [ctypes.c_void_p]
    source = ctypes.create_string_buffer(data, len(data))
    target = ctypes.create_string_buffer(HEADER_BYTES)
    read = Buffer(ctypes.cast(source, ctypes.c_void_p), len(data), 0)
    written = Buffer(ctypes.cast(target, ctypes.c_void_p), HEADER_BYTES, 0)
    stream = zstd.ZSTD_createDStream()
    try:
        while written.position < HEADER_BYTES and read.position < read.size:
            before = (read.position, written.position)
            if zstd.ZSTD_isError(zstd.ZSTD_decompressStream(stream, written, read)):
                break
            if before == (read.position, written.position):
                break
    finally:
        zstd.ZSTD_freeDStream(stream)
    return target.raw[: written.position]
