"""`preview`: a small PNG of a delivered or a merged picture."""
import os
from array import array

import bpy

from answers import WorkerError
from exr import Exr, NotOurExr
from overrides import Overrides
from scene_settings import keep_output


def preview(params, _progress):
    """Writes preview.png into `outDir`, its longer side `size` pixels; floats go through the view transform of the open scene."""
    path, size = params["picture"], params.get("size", 320)
    image = read_picture(path)
    try:
        width, height = image.size
        if not width or not height:
            raise WorkerError("NOT_A_PICTURE", f"{os.path.basename(path)} is no picture that Blender can read.")
        scale = min(1.0, size / max(width, height))
        image.scale(max(1, round(width * scale)), max(1, round(height * scale)))
        scene = bpy.context.scene
        output = scene.render.image_settings
        os.makedirs(params["outDir"], exist_ok=True)
        out = os.path.join(params["outDir"], "preview.png")
        with Overrides() as settings:
            keep_output(settings, scene.render)
            settings.set(output, "file_format", "PNG")
            settings.set(output, "color_mode", "RGB")
            settings.set(output, "color_depth", "8")
            image.save_render(out, scene=scene)
        return {"file": out, "width": image.size[0], "height": image.size[1]}
    finally:
        bpy.data.images.remove(image)


def read_picture(path):
    """Delivered passes by our own reader (the first view layer's picture), everything else by Blender's."""
    try:
        delivered = Exr(path)
        names = combined_channels(delivered.channels)
    except NotOurExr:
        names = None
    if names is None:
        try:
            return bpy.data.images.load(path, check_existing=False)
        except RuntimeError:
            raise WorkerError("NOT_A_PICTURE", f"{os.path.basename(path)} is no picture that Blender can read.") from None
    image = bpy.data.images.new("Golem preview", delivered.width, delivered.height, alpha=True, float_buffer=True)
    mixed = array("f", bytes(16 * delivered.width * delivered.height))
    for index, name in enumerate(names):
        mixed[index::4] = array("f", b"".join(reversed(delivered.rows(name, delivered.full))))
    image.pixels.foreach_set(mixed)
    return image


def combined_channels(channels):
    """The four channels of the first Combined pass, or None when there is no such pass."""
    for channel in channels:
        if channel.endswith(".Combined.R"):
            names = [channel[:-1] + letter for letter in "RGBA"]
            return names if set(names) <= set(channels) else None
    return None
