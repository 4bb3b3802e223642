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

# Adaptive sampling looks at direct neighbours at every step, so that one pixel's noise can reach another a pixel further with
# each of them: the more samples, the further. Measured on small scenes cut into crops of 16x16 pixels, at thresholds from 0.001
# to 0.01, values that differ from the whole frame's: with 4 px none of 9,216 up to 512 samples, 3 at 1,024 and 6 at 4,096; with
# 8 px none up to 4,096, which is what new files have. Beyond that nothing was measured, and frames stay whole.
ADAPTIVE_MARGINS = ({"samples": 256, "margin": 4}, {"samples": 4096, "margin": 8})
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
        "viewLayers": [describe_layer(scene, layer) for layer in scene.view_layers],
        "compositing": composites(scene),
        "sequencerStrips": len(scene.sequence_editor.sequences_all) if scene.sequence_editor else 0,
        "motionBlur": render.use_motion_blur,
        "dither": render.dither_intensity,
        "renderRegion": render.use_border,
        "output": {"fileFormat": output.file_format, "colorMode": output.color_mode, "colorDepth": output.color_depth,
                   "path": render.filepath, "movie": output.file_format in MOVIES, "firstName": output_file_name(scene)},
        "tiles": tiles(scene),
        "view": view(scene),
        "unbaked": unbaked_simulations(scene),
        "refusals": refusals(scene),
    }


def describe_layer(scene, layer):
    passes = sorted(name[len("use_pass_"):] for name in dir(layer) if name.startswith("use_pass_") and getattr(layer, name) is True)
    return {"name": layer.name, "used": layer.use, "passes": passes, "samples": samples_of(scene, layer)}


def samples_of(scene, layer):
    """What Cycles takes for a view layer, which may have a number of its own."""
    own, shared, rule = layer.samples, scene.cycles.samples, scene.cycles.use_layer_samples
    if own == 0 or rule == "IGNORE":
        return shared
    return min(own, shared) if rule == "BOUNDED" else own


def view(scene):
    """How floats become what people see."""
    shown = scene.view_settings
    return {"device": scene.display_settings.display_device, "transform": shown.view_transform, "look": shown.look,
            "exposure": shown.exposure, "gamma": shown.gamma}


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
    """Whether a frame may be cut as far as it is not denoised, why not or with what care, and the margins that are needed for
    that, each up to a number of samples; none beyond the last."""
    if scene.render.use_border:
        return {"allowed": False, "margins": [], "reason": "the file renders a region of its own"}
    if scene.cycles.use_adaptive_sampling:
        return {"allowed": True, "margins": list(ADAPTIVE_MARGINS), "reason": "adaptive sampling looks at neighbouring pixels"}
    return {"allowed": True, "margins": None, "reason": None}
