"""What render, check and merge must all apply in the same way, or their pixels would not meet."""
import bpy

from answers import WorkerError


def apply_choices(settings, scene, params):
    """The person's choices on top of the file: camera, view layer, resolution, samples, denoising."""
    if camera := params.get("camera"):
        choose_camera(settings, scene, camera)
    if layer := params.get("viewLayer"):
        choose_view_layer(settings, scene, layer)
    if resolution := params.get("resolution"):
        settings.set(scene.render, "resolution_x", resolution["x"])
        settings.set(scene.render, "resolution_y", resolution["y"])
        settings.set(scene.render, "resolution_percentage", resolution.get("percentage", 100))
    if samples := params.get("samples"):
        settings.set(scene.cycles, "samples", samples)
        # A view layer's own number would win.
        settings.set(scene.cycles, "use_layer_samples", "IGNORE")
    # Who stops after a while has fewer samples on a slower machine: honest work would look like half the work.
    settings.set(scene.cycles, "time_limit", 0.0)
    if params.get("denoise") == "off":
        settings.set(scene.cycles, "use_denoising", False)


def choose_camera(settings, scene, name):
    """Also takes the cameras off the timeline's markers, which would switch away from the chosen one."""
    camera = scene.objects.get(name)
    if camera is None or camera.type != "CAMERA":
        known = ", ".join(sorted(repr(thing.name) for thing in scene.objects if thing.type == "CAMERA")) or "none"
        raise WorkerError("NO_SUCH_CAMERA", f"The scene has no camera {name!r}; its cameras: {known}.", camera=name)
    settings.set(scene, "camera", camera)
    for marker in scene.timeline_markers:
        settings.set(marker, "camera", None)


def choose_view_layer(settings, scene, name):
    if name not in scene.view_layers:
        known = ", ".join(repr(layer.name) for layer in scene.view_layers)
        raise WorkerError("NO_SUCH_VIEW_LAYER", f"The scene has no view layer {name!r}; it has {known}.", viewLayer=name)
    for layer in scene.view_layers:
        settings.set(layer, "use", layer.name == name)


def raw_output(settings, scene, codec):
    """Every enabled pass as 32-bit floats, untouched by whatever looks beyond a pixel or beyond the render."""
    render = scene.render
    output = render.image_settings
    settings.set(scene.cycles, "device", "CPU")
    settings.set(render, "use_compositing", False)
    settings.set(render, "use_sequencer", False)
    settings.set(render, "dither_intensity", 0.0)
    settings.set(render, "use_overwrite", True)
    settings.set(render, "use_placeholder", False)
    settings.set(render, "use_file_extension", True)
    keep_output(settings, render)
    settings.set(output, "file_format", "OPEN_EXR_MULTILAYER")
    settings.set(output, "color_depth", "32")
    settings.set(output, "exr_codec", codec)
    settings.set(output, "use_preview", False)
    settings.set(output, "color_management", "FOLLOW_SCENE")


def keep_output(settings, render):
    """Remembers how the file itself writes pictures or a movie.

    A movie as the format makes Blender reset everything about movies where their sound has no codec, so what the file
    says of movies goes back after the format.
    """
    settings.keep(render.image_settings, "file_format", "color_mode", "color_depth")
    writable = (entry for entry in render.ffmpeg.bl_rna.properties if not entry.is_readonly)
    settings.keep(render.ffmpeg, *(entry.identifier for entry in writable))


def render_frame(settings, scene, frame):
    """Renders and writes one frame the way `blender --render-frame` does, scene animation included."""
    settings.set(scene, "frame_start", frame)
    settings.set(scene, "frame_end", frame)
    bpy.ops.render.render(animation=True, scene=scene.name)
