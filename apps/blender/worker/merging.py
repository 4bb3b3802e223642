"""`merge`: delivered tiles become the frame (or the movie) that Blender alone would have written."""
import os
import tempfile
import time
from array import array

import bpy

import merge_engine
from answers import WorkerError
from exr import NotOurExr
from loading import chosen_scene, load
from overrides import Overrides
from regions import frame_size, parse_region
from scene_settings import apply_choices, keep_output, render_frame

FORMATS = {"png": "PNG", "exr": "OPEN_EXR", "multilayer-exr": "OPEN_EXR_MULTILAYER", "jpeg": "JPEG", "tiff": "TIFF",
           "mp4": "FFMPEG", "webm": "FFMPEG"}
MOVIES = {"mp4": ("MPEG4", "H264"), "webm": ("WEBM", "WEBM")}
MOVIE_FORMATS = {"FFMPEG", "AVI_JPEG", "AVI_RAW"}


def merge(params, progress):
    """Writes every frame of `frames` ([{frame, tiles: [{file, region?, delivered?}]}]) into `outDir`.

    With a movie as the format, all of them go into one file, which needs frames at even steps.
    """
    load(params)
    scene = chosen_scene(params)
    merge_engine.install()
    os.makedirs(params["outDir"], exist_ok=True)
    with Overrides() as settings:
        apply_choices(settings, scene, params)
        size = merged_size(scene)
        tiles = {entry["frame"]: [tile_of(tile, size) for tile in entry["tiles"]] for entry in params["frames"]}
        merge_engine.MergeEngine.blank = False
        merge_engine.MergeEngine.frame_of = lambda frame: merge_engine.open_frame(tiles[frame], size)
        settings.set(scene.render, "engine", merge_engine.MergeEngine.bl_idname)
        settings.set(scene.render, "use_overwrite", True)
        settings.set(scene.render, "use_placeholder", False)
        leave_out_geometry(settings, scene)
        choose_format(settings, scene, params)
        name_outputs(settings, scene, params["outDir"])
        done, named = write_all(settings, scene, list(tiles), progress)
        return {**done, "others": sorted(files_in(params["outDir"]) - set(named))}


def write_all(settings, scene, frames, progress):
    """({frames} or {movie}, the files of these)."""
    if scene.render.image_settings.file_format in MOVIE_FORMATS:
        movie = merge_movie(settings, scene, sorted(frames), progress)
        return {"movie": movie}, [movie["file"]]
    done = [merge_frame(settings, scene, frame, index / len(frames), progress) for index, frame in enumerate(frames)]
    return {"frames": done}, [entry["file"] for entry in done]


def try_output(params, _progress):
    """Writes one black frame as `merge` would write all, so that what Blender cannot write is known before it is paid for.

    {"written": name}, or {"failed": what Blender said}.
    """
    load(params)
    scene = chosen_scene(params)
    merge_engine.install()
    engine = merge_engine.MergeEngine
    with Overrides() as settings, tempfile.TemporaryDirectory() as folder:
        apply_choices(settings, scene, params)
        size = merged_size(scene)
        engine.blank, engine.frame_of = True, lambda _frame: size
        settings.set(scene.render, "engine", engine.bl_idname)
        settings.set(scene.render, "use_compositing", False)
        leave_out_geometry(settings, scene)
        choose_format(settings, scene, params)
        name_outputs(settings, scene, folder)
        try:
            _, files = write_all(settings, scene, [params["frame"]], lambda *_: None)
            return {"written": os.path.basename(files[0])}
        except (RuntimeError, WorkerError) as error:
            return {"failed": str(error).strip().removeprefix("Error: ")}
        finally:
            engine.blank = False


def files_in(folder):
    """Everything below a folder: File Output nodes of the compositor write pictures of their own."""
    return {os.path.join(place, name) for place, _, names in os.walk(folder) for name in names}


def merge_frame(settings, scene, frame, fraction, progress):
    started = time.monotonic()
    progress(fraction, f"frame {frame}")
    path = bpy.path.abspath(scene.render.frame_path(frame=frame))
    finish(lambda: render_frame(settings, scene, frame), path)
    return {"frame": frame, "file": path, "name": os.path.basename(path), "seconds": round(time.monotonic() - started, 4)}


def merge_movie(settings, scene, frames, progress):
    """All frames in one run, because a movie is one file."""
    started = time.monotonic()
    step = frames[1] - frames[0] if len(frames) > 1 else 1
    if any(later - earlier != step for earlier, later in zip(frames, frames[1:])):
        raise WorkerError("UNEVEN_MOVIE", "A movie needs frames at even steps; render them as pictures, or choose a range like 1-24.")
    settings.set(scene, "frame_start", frames[0])
    settings.set(scene, "frame_end", frames[-1])
    settings.set(scene, "frame_step", step)
    path = bpy.path.abspath(scene.render.frame_path(frame=frames[0]))
    progress(0.0, "movie")
    finish(lambda: bpy.ops.render.render(animation=True, scene=scene.name), path)
    return {"file": path, "name": os.path.basename(path), "frames": len(frames), "seconds": round(time.monotonic() - started, 4)}


def finish(run, path):
    """Runs Blender's own output and raises what went wrong inside the engine."""
    engine = merge_engine.MergeEngine
    engine.failure = None
    run()
    if isinstance(engine.failure, NotOurExr):
        raise WorkerError("BAD_TILE", f"A delivered tile cannot be merged: {engine.failure}.") from engine.failure
    if engine.failure is not None:
        raise engine.failure
    if not os.path.isfile(path):
        raise WorkerError("OUTPUT_NOT_WRITTEN", f"Blender did not write {os.path.basename(path)}; choose another output format.")


def merged_size(scene):
    """The size of what was rendered: the frame, or the render region that the file itself sets."""
    width, height = frame_size(scene)
    render = scene.render
    if not render.use_border:
        return width, height
    return (edge(render.border_max_x, width) - edge(render.border_min_x, width),
            edge(render.border_max_y, height) - edge(render.border_min_y, height))


def edge(share, length):
    """A border in pixels as Blender works it out, in single precision: 0.9 of 70 is 63, which doubles make 62."""
    return int(array("f", [share * length])[0])


def tile_of(tile, size):
    whole = (0, 0, *size)
    region = parse_region(tile["region"], size) if tile.get("region") else whole
    return tile["file"], region, parse_region(tile["delivered"], size) if tile.get("delivered") else region


def leave_out_geometry(settings, scene):
    """The merge needs no geometry, but Blender would evaluate it for every frame. What the compositor looks at (a camera's
    focus object, a driver's target) is still evaluated, because Blender follows those relations itself."""
    for thing in scene.objects:
        if thing.type not in {"CAMERA", "EMPTY"}:
            settings.set(thing, "hide_render", True)


def choose_format(settings, scene, params):
    """The file's own format and depth unless the request names others."""
    output = scene.render.image_settings
    keep_output(settings, scene.render)
    if name := params.get("format"):
        if name not in FORMATS:
            raise WorkerError("NO_SUCH_FORMAT", f"There is no format {name!r}; choose {', '.join(FORMATS)}.")
        settings.set(output, "file_format", FORMATS[name])
        if name in MOVIES:
            container, codec = MOVIES[name]
            settings.set(scene.render.ffmpeg, "format", container)
            settings.set(scene.render.ffmpeg, "codec", codec)
        elif name in {"exr", "multilayer-exr"}:
            settings.set(output, "color_depth", "32")
        settings.set(scene.render, "use_file_extension", True)
    if depth := params.get("colorDepth"):
        settings.set(output, "color_depth", str(depth))


def name_outputs(settings, scene, folder):
    """Blender's own names, in our folder. Files of the compositor's File Output nodes go beside the frames."""
    settings.set(scene.render, "filepath", os.path.join(folder, output_name(scene.render.filepath)))
    if scene.use_nodes and scene.node_tree:
        for node in scene.node_tree.nodes:
            if node.bl_idname == "CompositorNodeOutputFile":
                settings.set(node, "base_path", os.path.join(folder, output_name(node.base_path)))


def output_name(path):
    """The last part of an output path, which is all that counts for the name: "//frames/shot_####" gives "shot_####"."""
    return path.replace("\\", "/").rsplit("/", 1)[-1]
