"""What renders, but perhaps not as the person expects. Nothing here refuses a file."""


def warnings_about(data):
    """[{code, message}]."""
    return [{"code": code, "message": message} for code, message in found(data)]


def found(data):
    for owner in [*data.objects, *data.materials, *data.scenes, *data.node_groups]:
        drivers = owner.animation_data.drivers if owner.animation_data else []
        for curve in drivers:
            if curve.driver.type == "SCRIPTED" and not curve.driver.is_simple_expression:
                yield ("PYTHON_DRIVER", f"{owner.name!r} is driven by the Python expression {curve.driver.expression!r}, which does not run "
                       "here: scripts in files are off.")
    for text in data.texts:
        if text.use_module:
            yield "SCRIPT_IGNORED", f"The script {text.name!r} registers itself on load and is not run: scripts in files are off."
    for scene in data.scenes:
        if scene.render.engine == "CYCLES" and scene.cycles.device == "GPU":
            yield "CPU_ONLY", f"The scene {scene.name!r} asks for a graphics card; the grid renders on CPU."
        if scene.render.engine == "CYCLES" and getattr(scene.cycles, "shading_system", False):
            yield "NO_OSL", f"The scene {scene.name!r} uses Open Shading Language, which the providers' Blender leaves out."
        if scene.render.engine == "CYCLES" and scene.cycles.time_limit > 0:
            yield ("TIME_LIMIT", f"The scene {scene.name!r} stops sampling after {scene.cycles.time_limit:g} s; the grid renders all of its "
                   "samples, because a slower machine would give a noisier picture.")
        if scene.render.use_stamp:
            yield "STAMPED", f"The scene {scene.name!r} burns the date and render time into its pictures; they differ at every render."
        nodes = scene.node_tree.nodes if scene.use_nodes and scene.node_tree else []
        if any(node.bl_idname == "CompositorNodeDenoise" and not node.mute for node in nodes):
            yield "DENOISE_NODE", f"The compositor of {scene.name!r} has a Denoise node, which the providers' Blender passes through."
