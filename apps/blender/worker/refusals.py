"""What keeps a scene off the grid, each with the remedy: a provider could not give the pixels that Blender gives."""
import bpy


def refusals(scene):
    """[{code, message, detail}]; empty when the scene can be rendered."""
    return [{"code": code, "message": message, "detail": detail} for code, message, detail in found(scene)]


def found(scene):
    render = scene.render
    if render.engine != "CYCLES":
        engine = render.engine.removeprefix("BLENDER_").capitalize()
        yield ("ENGINE_NOT_CYCLES", f"The scene {scene.name!r} renders with {engine}, which is not the same on every machine; "
               "choose Cycles under Render Properties.", engine)
    if scene.camera is None and not any(marker.camera for marker in scene.timeline_markers):
        yield "NO_CAMERA", f"The scene {scene.name!r} has no camera; add one, or name one with --camera.", scene.name
    if scene.cycles.use_denoising and any(layer.use and layer.cycles.use_denoising for layer in scene.view_layers):
        yield ("DENOISE_UNAVAILABLE", "The scene asks for denoising, which the providers' Blender was built without; render with "
               "--denoise off, or switch it off under Render Properties.", scene.cycles.denoiser)
    if render.use_multiview:
        yield "STEREO", "The scene renders stereo views; switch Stereoscopy off under Output Properties.", "multiview"
    if render.use_freestyle and any(layer.use and layer.use_freestyle for layer in scene.view_layers):
        yield "FREESTYLE", "The scene draws Freestyle lines; switch Freestyle off under Render Properties.", "freestyle"
    strips = scene.sequence_editor.sequences_all if scene.sequence_editor else []
    shown = [strip.name for strip in strips if strip.type != "SOUND" and not strip.mute]
    if render.use_sequencer and shown:
        yield ("SEQUENCER", f"The output is the sequencer's (strip {shown[0]!r}); switch Sequencer off under Output Properties, "
               "Post Processing.", shown[0])
    pencils = [thing.name for thing in scene.objects if thing.type == "GPENCIL" and not thing.hide_render]
    if pencils:
        yield ("GREASE_PENCIL", f"The object {pencils[0]!r} is grease pencil, which needs a graphics card; hide it from renders.",
               pencils[0])
    other = other_scenes(scene)
    if other:
        yield ("COMPOSITES_SCENES", f"The compositor of {scene.name!r} also renders the scene {other[0]!r}; render the scenes one "
               "by one and combine their pictures.", other[0])
    if not bpy.app.alembic and bpy.data.cache_files:
        yield ("ALEMBIC_UNAVAILABLE", f"The file uses the cache {bpy.data.cache_files[0].name!r}, which the providers' Blender cannot "
               "read; turn it into keyframes or meshes.", bpy.data.cache_files[0].name)


def other_scenes(scene):
    """Scenes that render layer nodes of the compositor bring in."""
    if not (scene.render.use_compositing and scene.use_nodes and scene.node_tree):
        return []
    return sorted({node.scene.name for node in scene.node_tree.nodes
                   if node.bl_idname == "CompositorNodeRLayers" and node.scene and node.scene != scene})
