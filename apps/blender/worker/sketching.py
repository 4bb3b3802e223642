"""`sketch`: a first look at what `render` is about to make, with a single sample."""
import os
import time
from array import array

import bpy

from answers import WorkerError
from loading import chosen_scene, load
from overrides import Overrides
from previews import image_of, made_small, put, read_picture, rows_of, scale_of, write_small
from regions import frame_size
from rendering import PLAIN, delivered_region, render_alone
from scene_settings import apply_choices, raw_output

# A single sample is noise: no more is shown than so many pixels across give one of.
PIXELS_FOR_ONE = 3


def sketch(params, _progress):
    """Writes preview.png into `outDir`: the first frame of `subtask`, a request of `render`, as `glimpse` would show it.

    The resolution is the render's own: some pixels together have samples enough, and nothing is cut into faces in another way
    than it will be. `file` is None where the request does not say that this takes little; `seconds` is what it took beside
    opening the scene, which the render needs as well.
    """
    if params["subtask"]["method"] != "render":
        raise WorkerError("NOT_A_PICTURE", "A sketch is made of what is to be rendered, and of nothing else.")
    asked = params["subtask"]["params"]
    if not asked.get("sketch"):
        return {"file": None, "seconds": 0.0}
    load(asked)
    started = time.monotonic()
    scene = chosen_scene(asked)
    os.makedirs(params["outDir"], exist_ok=True)
    with Overrides() as settings:
        apply_choices(settings, scene, {**asked, "samples": 1, "denoise": "off"})
        settings.set(scene.cycles, "use_adaptive_sampling", False)
        region = delivered_region(asked, scene)
        path = render_single_layer(settings, scene, asked["frames"][0], region, params["outDir"])
        try:
            frame = frame_size(scene)
            image = read_in_place(path, region, frame, min(params["size"], max(1, max(frame) // PIXELS_FOR_ONE)))
        finally:
            os.remove(path)
        written = write_small(settings, scene, image, params["outDir"])
    return {**written, "seconds": round(time.monotonic() - started, 4)}


def render_single_layer(settings, scene, frame, region, folder):
    """What Blender reads and makes small by itself: of files with layers it reads no pixels."""
    raw_output(settings, scene, PLAIN)
    settings.set(scene.render.image_settings, "file_format", "OPEN_EXR")
    settings.set(scene.render.image_settings, "color_mode", "RGBA")
    return render_alone(settings, scene, frame, region, folder)


def read_in_place(path, region, frame, size):
    if region is None:
        return read_picture(path, size)
    scale = scale_of(*frame, size)
    small = max(1, round(frame[0] * scale)), max(1, round(frame[1] * scale))
    x0, y0, x1, y1 = made_small(region, scale, small)
    canvas = array("f", bytes(16 * small[0] * small[1]))
    put(canvas, small, (x0, y0), rows_of(bpy.data.images.load(path, check_existing=False), (x1 - x0, y1 - y0)))
    return image_of(canvas, small)
