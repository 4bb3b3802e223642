"""Makes golem.blend, the demo: `blender --background --factory-startup --python golem.py`.

A golem stands on a pedestal and turns from brass to clay to stone to iron while it turns around and raises its arms.
It is put together from bevelled blocks, so that the file stays small and a frame takes a second or two on one core.
"""
import math
import os
import random
import sys

import bpy
from mathutils import Vector

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import stage  # noqa: E402

FRAMES = 24
WIDTH, HEIGHT, SAMPLES = 384, 216, 10
# (share of the animation at which a material is fully reached, colour, metallic, roughness, bump)
STAGES = [
    (0.00, (0.83, 0.52, 0.16), 1.0, 0.24, 0.04),
    (0.30, (0.62, 0.24, 0.11), 0.0, 0.75, 0.35),
    (0.62, (0.34, 0.35, 0.37), 0.0, 0.90, 1.00),
    (1.00, (0.42, 0.46, 0.52), 1.0, 0.36, 0.14),
]


def frame_at(share):
    return 1 + share * (FRAMES - 1)


def key(owner, path, value, frame, index=-1):
    """Sets a value and keeps it as a keyframe."""
    if index >= 0:
        getattr(owner, path)[index] = value
    else:
        setattr(owner, path, value)
    owner.keyframe_insert(path, index=index, frame=frame)


def golem_skin():
    """One material for the whole body, animated through the four stages."""
    made, shader = stage.material("Skin", STAGES[0][1])
    tree = made.node_tree
    place = tree.nodes.new("ShaderNodeTexCoord")
    grain = tree.nodes.new("ShaderNodeTexNoise")
    grain.inputs["Scale"].default_value = 4.5
    grain.inputs["Detail"].default_value = 2.0
    grain.inputs["Roughness"].default_value = 0.62
    tree.links.new(place.outputs["Object"], grain.inputs["Vector"])
    bump = tree.nodes.new("ShaderNodeBump")
    bump.inputs["Distance"].default_value = 0.12
    tree.links.new(grain.outputs["Fac"], bump.inputs["Height"])
    tree.links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    shade = tree.nodes.new("ShaderNodeMixRGB")
    shade.blend_type = "MULTIPLY"
    shade.inputs["Fac"].default_value = 0.75
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.elements[0].position, ramp.color_ramp.elements[0].color = 0.35, (0.35, 0.33, 0.32, 1)
    ramp.color_ramp.elements[1].position, ramp.color_ramp.elements[1].color = 0.62, (1, 1, 1, 1)
    tree.links.new(grain.outputs["Fac"], ramp.inputs["Fac"])
    tree.links.new(ramp.outputs["Color"], shade.inputs["Color2"])
    tree.links.new(shade.outputs["Color"], shader.inputs["Base Color"])
    for share, color, metallic, roughness, strength in STAGES:
        frame = frame_at(share)
        key(shade.inputs["Color1"], "default_value", (*color, 1.0), frame)
        key(shader.inputs["Metallic"], "default_value", metallic, frame)
        key(shader.inputs["Roughness"], "default_value", roughness, frame)
        key(bump.inputs["Strength"], "default_value", strength, frame)
    return made


def glow():
    """Eyes and the sign on the chest: a warm ember."""
    made, shader = stage.material("Ember", (0.02, 0.01, 0.0))
    shader.inputs["Emission"].default_value = (1.0, 0.42, 0.08, 1.0)
    for share, strength in ((0.0, 3.0), (0.3, 6.0), (0.62, 5.0), (1.0, 14.0)):
        key(shader.inputs["Emission Strength"], "default_value", strength, frame_at(share))
    made.cycles.sample_as_light = False
    return made


def block(name, size, location, skin, parent=None, bevel=0.09, chisel=0.0, seed=0, turn=(0, 0, 0)):
    """A bevelled box of full `size`, its corners knocked about by `chisel`, placed relative to `parent`."""
    bpy.ops.mesh.primitive_cube_add(size=1)
    made = bpy.context.object
    made.name = name
    dice = random.Random(name if not seed else seed)
    for vertex in made.data.vertices:
        vertex.co = Vector(side * extent for side, extent in zip(vertex.co, size))
        vertex.co += Vector(dice.uniform(-chisel, chisel) for _ in range(3))
    made.location = location
    made.rotation_euler = turn
    made.data.materials.append(skin)
    modifier = made.modifiers.new("Bevel", "BEVEL")
    modifier.width = bevel
    modifier.segments = 3
    for polygon in made.data.polygons:
        polygon.use_smooth = True
    made.data.use_auto_smooth = True
    made.data.auto_smooth_angle = math.radians(50)
    made.parent = parent
    return made


def joint(name, location, parent):
    """An empty that limbs turn around."""
    made = bpy.data.objects.new(name, None)
    made.location = location
    made.parent = parent
    bpy.context.scene.collection.objects.link(made)
    return made


def arm(side, skin, body):
    shoulder = joint(f"Shoulder {side:+d}", (side * 0.98, 0, 2.62), body)
    block(f"Pauldron {side:+d}", (0.82, 0.86, 0.66), (side * 0.16, 0, 0.06), skin, shoulder, 0.16, 0.06)
    block(f"Upper arm {side:+d}", (0.46, 0.5, 0.8), (side * 0.24, 0, -0.55), skin, shoulder, 0.12, 0.04)
    elbow = joint(f"Elbow {side:+d}", (side * 0.27, 0, -0.98), shoulder)
    block(f"Forearm {side:+d}", (0.66, 0.68, 0.86), (side * 0.02, -0.03, -0.38), skin, elbow, 0.14, 0.06)
    block(f"Fist {side:+d}", (0.6, 0.64, 0.46), (side * 0.02, -0.06, -1.0), skin, elbow, 0.14, 0.05)
    for finger in range(3):
        block(f"Finger {side:+d}{finger}", (0.17, 0.2, 0.3), (side * 0.02 + (finger - 1) * 0.2, -0.36, -1.04), skin, elbow, 0.06, 0.02)
    for share, lift, bend in ((0.0, 0.1, -0.25), (0.45, 0.22, -0.55), (1.0, 0.5 if side > 0 else 0.28, -1.5 if side > 0 else -0.7)):
        frame = frame_at(share)
        key(shoulder, "rotation_euler", (-0.1 - 0.55 * share * (side > 0), -side * lift, 0), frame)
        key(elbow, "rotation_euler", (bend, 0, 0), frame)


def leg(side, skin, hips):
    block(f"Thigh {side:+d}", (0.6, 0.66, 0.66), (side * 0.44, 0, 0.98), skin, hips, 0.13, 0.05)
    block(f"Shin {side:+d}", (0.68, 0.72, 0.56), (side * 0.48, -0.02, 0.48), skin, hips, 0.14, 0.05)
    block(f"Foot {side:+d}", (0.78, 1.06, 0.3), (side * 0.5, -0.14, 0.14), skin, hips, 0.1, 0.03)


def golem():
    skin, ember = golem_skin(), glow()
    root = joint("Golem", (0, 0, 0.62), None)
    for share, turn in ((0.0, -0.55), (1.0, 0.5)):
        key(root, "rotation_euler", (0, 0, turn), frame_at(share))
    for side in (-1, 1):
        leg(side, skin, root)
    block("Hips", (1.16, 0.8, 0.5), (0, 0, 1.38), skin, root, 0.14, 0.05)
    body = joint("Body", (0, 0, 0), root)
    block("Belly", (1.02, 0.78, 0.5), (0, 0, 1.74), skin, body, 0.16, 0.04)
    block("Chest", (1.78, 1.06, 1.0), (0, 0, 2.38), skin, body, 0.2, 0.07)
    block("Back", (1.3, 0.6, 0.7), (0, 0.42, 2.62), skin, body, 0.2, 0.08)
    for side in (-1, 1):
        block(f"Breastplate {side:+d}", (0.76, 0.2, 0.56), (side * 0.42, -0.52, 2.52), skin, body, 0.09, 0.03)
        arm(side, skin, body)
    block("Sign", (0.16, 0.08, 0.34), (0, -0.6, 2.2), ember, body, 0.03, turn=(0, math.radians(45), 0))
    head = joint("Head", (0, -0.12, 2.98), body)
    for share, nod, look in ((0.0, 0.3, 0.35), (0.5, 0.1, 0.1), (1.0, -0.06, -0.3)):
        key(head, "rotation_euler", (nod, 0, look), frame_at(share))
    block("Skull", (0.72, 0.72, 0.62), (0, 0, 0.3), skin, head, 0.15, 0.05)
    block("Brow", (0.78, 0.24, 0.18), (0, -0.34, 0.4), skin, head, 0.06, 0.03)
    block("Jaw", (0.62, 0.4, 0.24), (0, -0.24, 0.06), skin, head, 0.08, 0.03)
    for side in (-1, 1):
        block(f"Eye {side:+d}", (0.15, 0.06, 0.07), (side * 0.18, -0.375, 0.265), ember, head, 0.015)


def pedestal():
    slate, _ = stage.material("Pedestal", (0.055, 0.06, 0.07), roughness=0.35)
    rim, _ = stage.material("Rim", (0.75, 0.47, 0.16), metallic=1.0, roughness=0.3)
    for name, radius, height, z, paint in (("Base", 2.0, 0.3, 0.15, slate), ("Band", 1.9, 0.06, 0.33, rim), ("Top", 1.82, 0.26, 0.49, slate)):
        bpy.ops.mesh.primitive_cylinder_add(vertices=96, radius=radius, depth=height, location=(0, 0, z))
        made = bpy.context.object
        made.name = name
        made.data.materials.append(paint)
        modifier = made.modifiers.new("Bevel", "BEVEL")
        modifier.width, modifier.segments = 0.035, 3
        made.data.use_auto_smooth = True
        for polygon in made.data.polygons:
            polygon.use_smooth = len(polygon.vertices) == 4
    floor, shader = stage.material("Floor", (0.10, 0.115, 0.14), roughness=0.28)
    bpy.ops.mesh.primitive_plane_add(size=1)
    backdrop = bpy.context.object
    backdrop.name = "Backdrop"
    sweep(backdrop.data)
    backdrop.data.materials.append(floor)


def sweep(mesh):
    """A floor that curves up into a wall, so that no horizon shows."""
    profile = [(-14.0, 0.0), (6.0, 0.0)]
    profile += [(6.0 + 4 * math.sin(angle), 4 - 4 * math.cos(angle)) for angle in (math.pi / 2 * step / 16 for step in range(1, 17))]
    profile.append((10.0, 16.0))
    vertices = [(x, y, z) for y, z in profile for x in (-22.0, 22.0)]
    faces = [(2 * row, 2 * row + 1, 2 * row + 3, 2 * row + 2) for row in range(len(profile) - 1)]
    mesh.clear_geometry()
    mesh.from_pydata(vertices, [], faces)
    for polygon in mesh.polygons:
        polygon.use_smooth = True


def light(scene):
    stage.area_light(scene, "Key", (-4.2, -4.6, 6.2), (0, 0, 2.2), 760, 2.4, (1.0, 0.86, 0.7))
    stage.area_light(scene, "Rim", (4.6, 3.6, 4.8), (0, 0, 2.4), 900, 1.6, (0.5, 0.7, 1.0))
    stage.area_light(scene, "Wall", (0, 6.0, 1.0), (0, 9.5, 4.0), 320, 3.0, (1.0, 0.55, 0.25))
    scene.world.node_tree.nodes["Background"].inputs["Color"].default_value = (0.035, 0.05, 0.075, 1)


def main():
    scene = stage.empty_scene(WIDTH, HEIGHT, SAMPLES, seed=3)
    scene.frame_start, scene.frame_end = 1, FRAMES
    scene.cycles.max_bounces = 3
    scene.cycles.diffuse_bounces = 1
    scene.cycles.glossy_bounces = 2
    scene.cycles.blur_glossy = 1.0
    scene.cycles.caustics_reflective = scene.cycles.caustics_refractive = False
    scene.cycles.sample_clamp_indirect = 2.0
    scene.view_settings.view_transform = "Filmic"
    scene.view_settings.look = "Medium High Contrast"
    scene.render.filepath = "//golem_"
    golem()
    pedestal()
    light(scene)
    stage.camera(scene, (0.0, -9.6, 2.9), (0, 0, 2.2), lens=45)
    stage.save("golem.blend")


main()
