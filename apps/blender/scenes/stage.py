"""What every scene script here starts with: an empty file with fixed, explicit render settings.

Blender's factory settings change between versions and switch denoising and adaptive sampling on, so each
scene states what it relies on.
"""
import os

import bpy


def empty_scene(width, height, samples, seed=7):
    """Throws everything away and returns a scene that renders with Cycles on the CPU."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.resolution_x = width
    scene.render.resolution_y = height
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "PNG"
    scene.render.filepath = "//frames/"
    scene.cycles.device = "CPU"
    scene.cycles.samples = samples
    scene.cycles.seed = seed
    scene.cycles.use_adaptive_sampling = False
    scene.cycles.use_denoising = False
    world = bpy.data.worlds.new("World")
    world.use_nodes = True
    scene.world = world
    return scene


def material(name, color, metallic=0.0, roughness=0.5):
    """A material with one Principled shader; returns (material, shader node)."""
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    shader = made.node_tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = (*color, 1.0)
    shader.inputs["Metallic"].default_value = metallic
    shader.inputs["Roughness"].default_value = roughness
    return made, shader


def camera(scene, location, target, lens=50.0):
    """A camera that looks from `location` at `target`."""
    from mathutils import Vector

    data = bpy.data.cameras.new("Camera")
    data.lens = lens
    placed = bpy.data.objects.new("Camera", data)
    placed.location = location
    placed.rotation_euler = (Vector(target) - Vector(location)).to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(placed)
    scene.camera = placed
    return placed


def area_light(scene, name, location, target, power, size, color=(1.0, 1.0, 1.0)):
    """A square lamp of `power` watts at `location`, facing `target`."""
    from mathutils import Vector

    data = bpy.data.lights.new(name, "AREA")
    data.energy = power
    data.size = size
    data.color = color
    placed = bpy.data.objects.new(name, data)
    placed.location = location
    placed.rotation_euler = (Vector(target) - Vector(location)).to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(placed)
    return placed


def save(name, folder=None):
    """Writes `name` beside the scripts (or into `folder`), compressed, without a backup copy."""
    folder = folder or os.path.dirname(os.path.abspath(__file__))
    os.makedirs(folder, exist_ok=True)
    bpy.context.preferences.filepaths.save_version = 0
    bpy.ops.wm.save_as_mainfile(filepath=os.path.join(folder, name), compress=True)
