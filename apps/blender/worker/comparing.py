"""How far two renderings of the same pixels may differ: not at all inside a class of machines, a little across.

Another SIMD kernel changes at most 2 % of the 8-bit values of honest work, by little; every cheat that was tried (fewer
samples, upscaling, a touched patch) changes more values or has a 16x16 block that is off on average.
"""
import math
from array import array

import bpy

BLOCK = 16
DATA_TOLERANCE = 1e-3


def compare(ours, our_region, theirs, their_region, folder):
    """{equal: true}, or {equal: false, changedFraction, maxBlockError} (8-bit display values), or {mismatch}."""
    if ours.pixel_hash(our_region) == theirs.pixel_hash(their_region):
        return {"equal": True, "changedFraction": 0.0, "maxBlockError": 0.0}
    changed, error = 0.0, 0.0
    for names in passes(ours.channels):
        our_planes = [floats(ours, name, our_region) for name in names]
        their_planes = [floats(theirs, name, their_region) for name in names]
        if any(not math.isfinite(value) for plane in their_planes for value in plane):
            return {"mismatch": f"the pass {names[0].rsplit('.', 1)[0]} holds values that are no numbers"}
        if is_color(names):
            size = (our_region[2] - our_region[0], our_region[3] - our_region[1])
            ours_shown = shown(our_planes, size, folder)
            theirs_shown = shown(their_planes, size, folder)
            pass_changed, pass_error = compare_bytes(ours_shown, theirs_shown, size)
        else:
            pass_changed, pass_error = compare_data(our_planes, their_planes), 0.0
        changed, error = max(changed, pass_changed), max(error, pass_error)
    return {"equal": False, "changedFraction": changed, "maxBlockError": error}


def passes(channels):
    """Channel names, grouped by layer and pass."""
    groups = {}
    for channel in channels:
        groups.setdefault(channel.rpartition(".")[0], []).append(channel)
    return [sorted(group, key=lambda name: "RGBA".find(name[-1])) for group in groups.values()]


def is_color(names):
    return {name[-1] for name in names} >= {"R", "G", "B"} and not any(".Crypto" in name for name in names)


def floats(picture, channel, region):
    return array("f", picture.plane(channel, region))


def shown(planes, size, folder):
    """8-bit RGB through the scene's view transform: by Blender's own code, which is what the person will see."""
    width, height = size
    mixed = array("f", [1.0]) * (4 * width * height)
    for index, plane in enumerate(planes[:3]):
        mixed[index::4] = plane
    image = bpy.data.images.new("Golem comparison", width, height, alpha=False, float_buffer=True)
    path = f"{folder}/shown.tga"
    scene = bpy.context.scene
    output = scene.render.image_settings
    before = output.file_format, output.color_mode, output.color_depth
    try:
        image.pixels.foreach_set(mixed)
        output.file_format, output.color_mode = "TARGA_RAW", "RGB"
        image.save_render(path, scene=scene)
    finally:
        output.file_format, output.color_mode, output.color_depth = before
        bpy.data.images.remove(image)
    with open(path, "rb") as file:
        data = file.read()
    header = 18 + data[0]
    return data[header : header + 3 * width * height]


def compare_bytes(ours, theirs, size):
    """(share of values that differ, largest mean difference in a 16x16 block)."""
    width, height = size
    differences = [abs(a - b) for a, b in zip(ours, theirs)]
    changed = sum(1 for difference in differences if difference) / len(differences)
    worst = 0.0
    for top in range(0, height, BLOCK):
        for left in range(0, width, BLOCK):
            right, bottom = min(width, left + BLOCK), min(height, top + BLOCK)
            total = sum(sum(differences[3 * (y * width + left) : 3 * (y * width + right)]) for y in range(top, bottom))
            worst = max(worst, total / (3 * (right - left) * (bottom - top)))
    return changed, worst


def compare_data(ours, theirs):
    """Share of values that differ by more than rounding, for passes that are not colours (depth, normals, ids)."""
    pairs = [pair for planes in zip(ours, theirs) for pair in zip(*planes)]
    return sum(1 for a, b in pairs if abs(a - b) > DATA_TOLERANCE * max(1.0, abs(a))) / len(pairs)
