"""`preview` and `glimpse`: a small PNG of a merged picture, of the tiles that are delivered so far, or of a render."""
import os
from array import array

import bpy

from answers import WorkerError
from exr import Exr, NotOurExr
from loading import chosen_scene, load
from overrides import Overrides
from regions import frame_size, parse_region, relative_to
from scene_settings import apply_choices, keep_output

# What a check leaves of what it rendered.
CHECKED = "checked.exr"
# What is written in these is light and not yet a picture for people.
FLOATS = (".exr", ".hdr")
PLAIN_VIEW = {"device": "sRGB", "transform": "Standard", "look": "None", "exposure": 0.0, "gamma": 1.0}


def preview(params, _progress):
    """Writes preview.png into `outDir`, its longer side `size` pixels: of the file `picture`, or of `tiles` ([{file, region?,
    delivered?}]) of a frame of `width` x `height` pixels; where there is no tile it is transparent.

    `view` is how the scene shows its floats (`inspect` tells it): no person's file is opened for a preview.
    """
    if os.path.basename(params.get("picture") or "") == CHECKED:
        image, is_light = join_tiles(alone(params["picture"], params["size"])), True
    elif params.get("picture"):
        image, is_light = read_picture(params["picture"], params["size"]), params["picture"].lower().endswith(FLOATS)
    else:
        image, is_light = join_tiles(params), True
    with Overrides() as settings:
        show_as(settings, bpy.context.scene, params["view"] if is_light else PLAIN_VIEW)
        return write_small(settings, bpy.context.scene, image, params["outDir"])


def glimpse(params, _progress):
    """Writes preview.png into `outDir`: the last frame of what `render` has just made, as its scene shows it.

    `subtask` and `result` are that request and its answer; a tile stands in its place of the frame.
    """
    if params["subtask"]["method"] != "render":
        raise WorkerError("NOT_A_PICTURE", "A picture is made of what was rendered, and of nothing else.")
    asked, made = params["subtask"]["params"], params["result"]
    load(asked)
    scene = chosen_scene(asked)
    last = made["frames"][-1]
    with Overrides() as settings:
        apply_choices(settings, scene, asked)
        width, height = frame_size(scene) if asked.get("region") else (last["width"], last["height"])
        tile = {"file": last["file"], "region": asked.get("region"), "delivered": made["delivered"]}
        image = join_tiles({"width": width, "height": height, "size": params["size"], "tiles": [tile]})
        return write_small(settings, scene, image, params["outDir"])


def write_small(settings, scene, image, folder):
    """Writes and removes an image: {file, width, height}."""
    try:
        os.makedirs(folder, exist_ok=True)
        out = os.path.join(folder, "preview.png")
        output = scene.render.image_settings
        keep_output(settings, scene.render)
        settings.set(output, "file_format", "PNG")
        settings.set(output, "color_mode", "RGBA")
        settings.set(output, "color_depth", "8")
        image.save_render(out, scene=scene)
        return {"file": out, "width": image.size[0], "height": image.size[1]}
    finally:
        bpy.data.images.remove(image)


def show_as(settings, scene, view):
    """The look depends on the transform, and the transform on the device."""
    settings.set(scene.display_settings, "display_device", view["device"])
    for name, value in (("view_transform", view["transform"]), ("look", view["look"]), ("exposure", view["exposure"]),
                        ("gamma", view["gamma"])):
        settings.set(scene.view_settings, name, value)


def scale_of(width, height, size):
    return min(1.0, size / max(width, height))


def read_picture(path, size):
    """A finished picture, by Blender itself, made small."""
    try:
        image = bpy.data.images.load(path, check_existing=False)
    except RuntimeError:
        raise no_picture(path) from None
    width, height = image.size
    if not width or not height:
        bpy.data.images.remove(image)
        raise no_picture(path)
    scale = scale_of(width, height, size)
    image.scale(max(1, round(width * scale)), max(1, round(height * scale)))
    return image


def alone(path, size):
    """A file as renders leave it, as the only tile of its frame."""
    try:
        picture = Exr(path)
    except NotOurExr:
        raise no_picture(path) from None
    return {"width": picture.width, "height": picture.height, "size": size, "tiles": [{"file": path}]}


def join_tiles(params):
    """What is delivered of a frame, each tile made small by itself and put in its place."""
    width, height = params["width"], params["height"]
    scale = scale_of(width, height, params["size"])
    small = max(1, round(width * scale)), max(1, round(height * scale))
    canvas = array("f", bytes(16 * small[0] * small[1]))
    for tile in params["tiles"]:
        region = parse_region(tile["region"], (width, height)) if tile.get("region") else (0, 0, width, height)
        held = parse_region(tile["delivered"], (width, height)) if tile.get("delivered") else region
        x0, y0, x1, y1 = made_small(region, scale, small)
        put(canvas, small, (x0, y0), shrunk(tile["file"], relative_to(region, held), (x1 - x0, y1 - y0)))
    return image_of(canvas, small)


def made_small(region, scale, small):
    """Where a region stands in a small picture, as Blender counts rows: from the bottom. A pixel at least."""
    x0, x1 = round(region[0] * scale), round(region[2] * scale)
    y0, y1 = small[1] - round(region[3] * scale), small[1] - round(region[1] * scale)
    return x0, y0, min(small[0], max(x0 + 1, x1)), min(small[1], max(y0 + 1, y1))


def put(canvas, small, corner, rows):
    for index, row in enumerate(rows):
        start = 4 * ((corner[1] + index) * small[0] + corner[0])
        canvas[start : start + len(row)] = row


def shrunk(path, region, size):
    """The picture in `region` of a delivered file, as rows of `size`, from the bottom.

    Of a large one only every so many pixels are read, twice as many as are shown: all of 1920x1080 take a second.
    """
    try:
        delivered = Exr(path)
        names = combined_channels(delivered.channels)
        if names is None or region[2] > delivered.width or region[3] > delivered.height:
            raise no_picture(path)
        step = max(1, min((region[2] - region[0]) // size[0], (region[3] - region[1]) // size[1]) // 2)
        width, height = (-(-(region[end] - region[end - 2]) // step) for end in (2, 3))
        mixed = array("f", bytes(16 * width * height))
        for index, name in enumerate(names):
            rows = reversed(delivered.rows(name, region)[::step])
            mixed[index::4] = array("f", b"".join(memoryview(row).cast("f")[::step].tobytes() for row in rows))
    except NotOurExr:
        raise no_picture(path) from None
    return rows_of(image_of(mixed, (width, height)), size)


def rows_of(image, size):
    """Scales and removes an image: its rows, from the bottom."""
    try:
        image.scale(*size)
        pixels = array("f", bytes(16 * size[0] * size[1]))
        image.pixels.foreach_get(pixels)
    finally:
        bpy.data.images.remove(image)
    return [pixels[4 * size[0] * y : 4 * size[0] * (y + 1)] for y in range(size[1])]


def image_of(pixels, size):
    image = bpy.data.images.new("Golem preview", *size, alpha=True, float_buffer=True)
    image.pixels.foreach_set(pixels)
    return image


def combined_channels(channels):
    """The four channels of the first Combined pass, or None when there is no such pass."""
    for channel in channels:
        if channel.endswith(".Combined.R"):
            names = [channel[:-1] + letter for letter in "RGBA"]
            return names if set(names) <= set(channels) else None
    return None


def no_picture(path):
    return WorkerError("NOT_A_PICTURE", f"{os.path.basename(path)} is no picture that Blender can read.")
