"""`render`: frames, or a region of them, as OpenEXR files with every pass."""
import os
import re
import time

import bpy

from exr import Exr
from loading import chosen_scene, load
from overrides import Overrides
from regions import as_json, frame_size, grow, parse_region, set_border
from scene_settings import apply_choices, raw_output, render_frame

PLAIN = "NONE"


def render(params, progress):
    """Renders `frames`; a `region` grows by `margin` pixels, which the merge cuts off again."""
    load(params)
    scene = chosen_scene(params)
    frames = params["frames"]
    os.makedirs(params["outDir"], exist_ok=True)
    with Overrides() as settings:
        apply_choices(settings, scene, params)
        delivered = delivered_region(params, scene)
        done = []
        for index, frame in enumerate(frames):
            with sample_progress(progress, index, len(frames), frame):
                picture = render_raw(settings, scene, frame, delivered, params["outDir"], params.get("codec", PLAIN))
            done.append({"frame": frame, **picture})
    return {"frames": done, "delivered": as_json(delivered) if delivered else None}


def delivered_region(params, scene):
    """What the delivered files hold: the asked region with its margin, or None for the whole frame."""
    if not params.get("region"):
        return None
    size = frame_size(scene)
    return grow(parse_region(params["region"], size), params.get("margin", 0), size)


def render_raw(settings, scene, frame, region, folder, codec):
    """One frame (or region of it) as floats: {file, sha256, width, height, seconds, cpuSeconds}."""
    started, started_cpu = time.monotonic(), time.process_time()
    raw_output(settings, scene, codec)
    path = render_alone(settings, scene, frame, region, folder)
    picture = Exr(path)
    return {"file": path, "sha256": picture.pixel_hash(), "width": picture.width, "height": picture.height,
            "seconds": round(time.monotonic() - started, 4),
            "cpuSeconds": round(time.process_time() - started_cpu, 4)}


def render_alone(settings, scene, frame, region, folder):
    """One frame (or region of it), into the file that is answered, which knows nothing of the frames before."""
    # Kept scenes render 10 % faster, but not every change between frames reaches them.
    settings.set(scene.render, "use_persistent_data", False)
    if region is not None:
        set_border(settings, scene.render, region, frame_size(scene))
    elif scene.render.use_border:
        settings.set(scene.render, "use_crop_to_border", True)
    settings.set(scene.render, "filepath", os.path.join(folder, "frame_######"))
    path = bpy.path.abspath(scene.render.frame_path(frame=frame))
    render_frame(settings, scene, frame)
    return path


class sample_progress:
    """Reports Cycles' own sample counter while a frame renders."""

    def __init__(self, progress, index, count, frame):
        self._progress = progress
        self._index = index
        self._count = count
        self._frame = frame

    def __enter__(self):
        bpy.app.handlers.render_stats.append(self._report)

    def __exit__(self, *_):
        bpy.app.handlers.render_stats.remove(self._report)

    def _report(self, stats, *_):
        match = re.search(r"Sample (\d+)/(\d+)", stats) if isinstance(stats, str) else None
        inside = int(match.group(1)) / int(match.group(2)) if match else 0.0
        self._progress((self._index + inside) / self._count, f"frame {self._frame}")
