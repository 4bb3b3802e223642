"""Names of files that come in numbers. A sandbox cannot list the folders of the machine outside, so the names are worked out
from what the .blend says; names that do not exist are simply not found there.

Each function returns a function from the resolved path to the list of files.
"""
import os
import re

MAX_FILES = 5000
FLUID_PARTS = (("config", "config_{:04d}.uni"), ("data", "fluid_data_{:04d}.vdb"), ("noise", "fluid_noise_{:04d}.vdb"),
               ("mesh", "fluid_mesh_{:04d}.bobj.gz"), ("mesh", "fluid_mesh_{:04d}.obj"), ("guiding", "fluid_guiding_{:04d}.vdb"),
               ("particles", "fluid_particles_{:04d}.vdb"), ("data", "fluid_data_{:04d}.uni"))


def tile_files(numbers):
    """The tiles of a UDIM picture."""
    def files(path):
        if "<UVTILE>" in path:
            return [path.replace("<UVTILE>", f"u{(number - 1001) % 10 + 1}_v{(number - 1001) // 10 + 1}") for number in numbers]
        return [path.replace("<UDIM>", str(number)) for number in numbers]
    return files


def sequence_files(offset, count, from_path=False):
    """Pictures offset + 1 to offset + count, or counted from the number in the path; its last digits give the place."""
    def files(path):
        folder, name = os.path.split(path)
        match = re.fullmatch(r"(.*?)(\d+)(\D*)", name)
        if match is None:
            return [path]
        start, digits, end = match.groups()
        first = offset + (int(digits) if from_path else 1)
        numbers = range(first, first + min(max(1, count), MAX_FILES))
        named = [os.path.join(folder, f"{start}{number:0{len(digits)}d}{end}") for number in numbers if number >= 0]
        return sorted({path, *named})
    return files


def cache_files(cache, owner, position):
    """Frames of a baked point cache, each with the number of the simulation in its object."""
    stem = cache.name or "".join(f"{byte:02X}" for byte in owner.name.encode())
    index = cache.index if cache.index >= 0 else position
    frames = [0, *range(cache.frame_start, min(cache.frame_end, cache.frame_start + MAX_FILES) + 1)]
    return lambda folder: [os.path.join(folder, f"{stem}_{frame:06d}_{index:02d}.bphys") for frame in frames]


def fluid_files(domain):
    frames = range(domain.cache_frame_start, min(domain.cache_frame_end, domain.cache_frame_start + MAX_FILES // 8) + 1)
    return lambda folder: [os.path.join(folder, part, name.format(frame)) for part, name in FLUID_PARTS for frame in frames]
