"""`inspect`: everything there is to know about a .blend before it is rendered, without rendering it."""
import bpy

from build import version_text
from loading import forget, load
from overrides import Overrides
from references import external_references
from refusals import refusals
from regions import frame_size
from simulations import unbaked_simulations
from warnings_about import warnings_about

# Adaptive sampling looks at direct neighbours at every step. At 64 to 1,024 samples, crops without a margin had up to 27 of
# 36,864 values wrong, with 1 px none; what a neighbour's neighbour may add makes it 4.
ADAPTIVE_MARGIN = 4
MOVIES = {"FFMPEG", "AVI_JPEG", "AVI_RAW"}


def inspect_file(params, _progress):
    # Asked again when more of the files are there, of which the open scene knows nothing.
    forget()
    load(params)
    references = external_references()
    return {
        "savedBy": version_text(bpy.data.version),
        "activeScene": bpy.context.scene.name,
        "scenes": [describe_scene(scene) for scene in bpy.data.scenes],
        "references": references,
        "missing": [{"kind": entry["kind"], "path": entry["path"], "usedBy": entry["usedBy"]}
                    for entry in references if not entry["exists"]],
        "warnings": warnings_about(bpy.data),
    }


def describe_scene(scene):
    render, cycles, output = scene.render, scene.cycles, scene.render.image_settings
    width, height = frame_size(scene)
    return {
        "name": scene.name,
        "frameStart": scene.frame_start,
        "frameEnd": scene.frame_end,
        "frameStep": scene.frame_step,
        "fps": render.fps / render.fps_base,
        "resolution": {"x": render.resolution_x, "y": render.resolution_y, "percentage": render.resolution_percentage,
                       "width": width, "height": height},
        "engine": render.engine,
        "samples": cycles.samples,
        "adaptiveSampling": {"on": cycles.use_adaptive_sampling, "threshold": cycles.adaptive_threshold,
                             "minSamples": cycles.adaptive_min_samples},
        "denoise": denoises(scene),
        "seedAnimated": cycles.use_animated_seed,
        "camera": scene.camera.name if scene.camera else None,
        "cameras": sorted(thing.name for thing in scene.objects if thing.type == "CAMERA"),
        "viewLayers": [describe_layer(layer) for layer in scene.view_layers],
        "compositing": composites(scene),
        "sequencerStrips": len(scene.sequence_editor.sequences_all) if scene.sequence_editor else 0,
        "motionBlur": render.use_motion_blur,
        "dither": render.dither_intensity,
        "renderRegion": render.use_border,
        "output": {"fileFormat": output.file_format, "colorMode": output.color_mode, "colorDepth": output.color_depth,
                   "path": render.filepath, "movie": output.file_format in MOVIES, "firstName": output_file_name(scene)},
        "tiles": tiles(scene),
        "unbaked": unbaked_simulations(scene),
        "refusals": refusals(scene),
    }


def describe_layer(layer):
    passes = sorted(name[len("use_pass_"):] for name in dir(layer) if name.startswith("use_pass_") and getattr(layer, name) is True)
    return {"name": layer.name, "used": layer.use, "passes": passes}


def denoises(scene):
    return scene.cycles.use_denoising and any(layer.use and layer.cycles.use_denoising for layer in scene.view_layers)


def composites(scene):
    """Names of the node types that take part, empty when Blender would not composite."""
    if not (scene.render.use_compositing and scene.use_nodes and scene.node_tree):
        return []
    return sorted({node.bl_idname.removeprefix("CompositorNode") for node in scene.node_tree.nodes})


def output_file_name(scene):
    """What Blender calls the file of the first frame."""
    with Overrides() as settings:
        settings.set(scene.render, "filepath", "/" + scene.render.filepath.replace("\\", "/").rsplit("/", 1)[-1])
        return scene.render.frame_path(frame=scene.frame_start).rsplit("/", 1)[-1]


def tiles(scene):
    """Whether a frame may be cut, the margin it needs for that, and why not."""
    if denoises(scene):
        return {"allowed": False, "margin": 0, "reason": "denoising looks at the whole frame"}
    if scene.render.use_border:
        return {"allowed": False, "margin": 0, "reason": "the file renders a region of its own"}
    if scene.cycles.use_adaptive_sampling:
        return {"allowed": True, "margin": ADAPTIVE_MARGIN, "reason": "adaptive sampling looks at neighbouring pixels"}
    return {"allowed": True, "margin": 0, "reason": None}
