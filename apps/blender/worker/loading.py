"""Opens the .blend of a request, once, and keeps it open for the next."""
import os

import bpy

import blend_header
from answers import WorkerError
from build import version_text
from references import relocate

_loaded = None


def load(params):
    """Makes `params.file` the open file, with the references of `params.remap` pointed to their copies.

    Nothing is read again when the same unchanged file is already open.
    """
    global _loaded
    path = params["file"]
    remap = params.get("remap") or {}
    version = blend_header.saved_version(path)
    refuse_newer(path, version)
    stamp = os.stat(path)
    wanted = (path, stamp.st_mtime_ns, stamp.st_size, tuple(sorted(remap.items())))
    if wanted == _loaded:
        return
    _loaded = None
    try:
        bpy.ops.wm.open_mainfile(filepath=path, load_ui=False, use_scripts=False)
    except RuntimeError as error:
        raise WorkerError("FILE_TRUNCATED", f"{os.path.basename(path)} is cut off or damaged; save or copy it again.",
                          file=path, blender=str(error).strip()) from None
    refuse_newer(path, tuple(bpy.data.version[:2]))
    relocate(remap)
    _loaded = wanted


def forget():
    """Called by whoever opens something else than a person's file."""
    global _loaded
    _loaded = None


def refuse_newer(path, version):
    """A newer file may load with parts missing, which would give a wrong picture instead of an error."""
    if version is None or version <= tuple(bpy.app.version[:2]):
        return
    saved, ours = version_text(version), bpy.app.version_string
    raise WorkerError(
        "FILE_TOO_NEW",
        f"{os.path.basename(path)} was saved by Blender {saved}; providers run {ours}. Open it in a Blender of the "
        f"{version_text(bpy.app.version)} series and save it there, or rebuild it from a copy saved by {ours} or older.",
        file=path, savedBy=saved, providersRun=ours)


def chosen_scene(params):
    """The scene that the request names, or the one that was active when the file was saved."""
    name = params.get("scene")
    if name is None:
        return bpy.context.scene
    scene = bpy.data.scenes.get(name)
    if scene is None:
        raise WorkerError("NO_SUCH_SCENE", f"The file has no scene {name!r}; it has "
                          f"{', '.join(repr(known.name) for known in bpy.data.scenes)}.", scene=name)
    return scene
