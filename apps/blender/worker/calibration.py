"""`calibrate`: a picture that every Blender can render, to learn how fast this machine is and which class it is in.

Machines whose floats are equal (same build, same SIMD kernel) form a class, inside which checks are exact.
"""
import random
import tempfile

import bpy

from loading import forget
from overrides import Overrides
from rendering import PLAIN, render_raw

SAMPLES = 8
SIDE = 64
BLOCKS = 12


def calibrate(params, _progress):
    """{hash: SHA-256 of the floats, seconds: of the second of two renders, samplesPerSecond: pixel samples}.

    Each `seed`, any text, is another picture. Whoever knows the hash for one knows it for no other.
    """
    forget()
    scene = procedural_scene(random.Random(params.get("seed", "")))
    with Overrides() as settings, tempfile.TemporaryDirectory() as folder:
        if "seed" not in params:
            # What only the first render of a process takes is not the machine's speed.
            render_raw(settings, scene, 1, None, folder, PLAIN)
        picture = render_raw(settings, scene, 1, None, folder, PLAIN)
    elapsed = picture["seconds"]
    return {"hash": picture["sha256"], "seconds": elapsed, "samplesPerSecond": round(SIDE * SIDE * SAMPLES / elapsed)}


def procedural_scene(chance):
    """Glass, metal, blocks and a bumpy floor under a lamp: what typical scenes spend their time on, without any file."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    render = scene.render
    render.engine = "CYCLES"
    render.resolution_x = render.resolution_y = SIDE
    render.resolution_percentage = 100
    scene.cycles.samples = SAMPLES
    scene.cycles.seed = chance.randrange(1, 2**31)
    scene.cycles.use_adaptive_sampling = False
    scene.cycles.use_denoising = False
    scene.world = bpy.data.worlds.new("Sky")
    scene.world.use_nodes = True
    scene.world.node_tree.nodes["Background"].inputs["Color"].default_value = (*color(chance), 1)
    bpy.ops.mesh.primitive_plane_add(size=10)
    bpy.context.object.data.materials.append(floor_material())
    for x, settings in ((-1.1, {"Metallic": 1.0, "Roughness": 0.2}), (1.1, {"Transmission": 1.0, "Roughness": 0.05})):
        bpy.ops.mesh.primitive_torus_add(location=(x, 0, 0.6), major_segments=48, minor_segments=24, major_radius=0.7)
        bpy.context.object.rotation_euler = turned(chance)
        bpy.context.object.data.materials.append(material(settings))
    for _ in range(BLOCKS):
        place = (chance.uniform(-2, 2), chance.uniform(-2, 2), chance.uniform(0, 1.5))
        bpy.ops.mesh.primitive_cube_add(size=0.6, location=place, rotation=turned(chance))
        settings = {"Base Color": (*color(chance), 1), "Roughness": chance.random(), "Metallic": chance.random()}
        bpy.context.object.data.materials.append(material(settings))
    bpy.ops.object.light_add(type="AREA", location=(2, -2, 4), rotation=(0.6, 0.4, 0))
    lamp = bpy.context.object.data
    lamp.size, lamp.energy, lamp.color = chance.uniform(0.3, 3), chance.uniform(200, 600), color(chance)
    # Askew: what stands straight has zeros in its matrix, and by those the roundings of some kernels do not show.
    aside, tilt = chance.uniform(0.5, 2), chance.uniform(0.05, 0.2)
    bpy.ops.object.camera_add(location=(aside, -5, 3), rotation=(1.05, tilt, aside / 5))
    scene.camera = bpy.context.object
    return scene


def turned(chance):
    return [chance.uniform(0, 3) for _ in range(3)]


def color(chance):
    return [chance.random() for _ in range(3)]


def material(settings):
    made = bpy.data.materials.new("Calibration")
    made.use_nodes = True
    for name, value in settings.items():
        made.node_tree.nodes["Principled BSDF"].inputs[name].default_value = value
    return made


def floor_material():
    made = bpy.data.materials.new("Floor")
    made.use_nodes = True
    tree = made.node_tree
    noise = tree.nodes.new("ShaderNodeTexNoise")
    bump = tree.nodes.new("ShaderNodeBump")
    tree.links.new(noise.outputs["Fac"], bump.inputs["Height"])
    tree.links.new(noise.outputs["Color"], tree.nodes["Principled BSDF"].inputs["Base Color"])
    tree.links.new(bump.outputs["Normal"], tree.nodes["Principled BSDF"].inputs["Normal"])
    return made
