"""Makes golem.blend, the demo: `blender --background --factory-startup --python golem.py`.

A golem stands on a pedestal and raises its arm, while fronts of embers climb it and turn it from brass to clay to
stone to iron.
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
WIDTH, HEIGHT, SAMPLES = 480, 270, 8
# (colour, metallic, roughness, bump): brass, clay, stone, iron.
STAGES = [
    ((0.95, 0.53, 0.17), 1.0, 0.28, 0.05),
    ((0.52, 0.15, 0.06), 0.0, 0.80, 0.40),
    ((0.32, 0.335, 0.35), 0.0, 0.92, 1.00),
    ((0.46, 0.51, 0.58), 1.0, 0.36, 0.16),
]
# When each next material climbs up the body: (first frame, last frame).
FRONTS = [(3, 9), (10, 16), (17, 23)]
# How high the edge between two materials is, in metres.
EDGE = 0.4


def frame_at(share):
    return 1 + share * (FRAMES - 1)


def key(owner, path, value, frame, index=-1):
    """Sets a value and keeps it as a keyframe."""
    if index >= 0:
        getattr(owner, path)[index] = value
    else:
        setattr(owner, path, value)
    owner.keyframe_insert(path, index=index, frame=frame)


def node(tree, kind, settings=(), **inputs):
    """A shader node of `kind`; `inputs` by name (or `_0`, `_1` by place) are values, or sockets to link."""
    made = tree.nodes.new("ShaderNode" + kind)
    for name, value in dict(settings).items():
        setattr(made, name, value)
    for name, value in inputs.items():
        socket = made.inputs[int(name[1:])] if name[0] == "_" else made.inputs[name.replace("_", " ")]
        if isinstance(value, bpy.types.NodeSocket):
            tree.links.new(value, socket)
        else:
            socket.default_value = value
    return made


def math_node(tree, operation, *values, clamp=False):
    inputs = {f"_{place}": value for place, value in enumerate(values)}
    return node(tree, "Math", {"operation": operation, "use_clamp": clamp}, **inputs).outputs[0]


def ramp(tree, factor, stops, interpolation="LINEAR"):
    """A colour ramp; `stops` are (position, (r, g, b))."""
    made = node(tree, "ValToRGB", Fac=factor)
    made.color_ramp.interpolation = interpolation
    elements = made.color_ramp.elements
    while len(elements) < len(stops):
        elements.new(1.0)
    for element, (position, color) in zip(elements, stops):
        element.position, element.color = position, (*color, 1.0)
    return made.outputs["Color"]


def for_the_eye_only(tree, strength):
    """`strength` for camera rays, nothing for others: what glows lights nothing, and so makes no noise."""
    path = node(tree, "LightPath")
    return math_node(tree, "MULTIPLY", path.outputs["Is Camera Ray"], strength)


def stage_field(tree, grain):
    """0 brass, 1/3 clay, 2/3 stone, 1 iron: three fronts that climb from the feet to the head, ragged by `grain`."""
    place = node(tree, "NewGeometry").outputs["Position"]
    height = node(tree, "SeparateXYZ", Vector=place).outputs["Z"]
    ragged = math_node(tree, "MULTIPLY_ADD", grain, 0.9, height)
    total = None
    for number, (first, last) in enumerate(FRONTS):
        front = node(tree, "Value")
        front.label = f"Front {number + 1}"
        key(front.outputs[0], "default_value", 0.8, first)
        key(front.outputs[0], "default_value", 5.7, last)
        passed = math_node(tree, "SUBTRACT", front.outputs[0], ragged)
        share = math_node(tree, "MULTIPLY", passed, 1 / EDGE, clamp=True)
        total = share if total is None else math_node(tree, "ADD", total, share)
    for curve in tree.animation_data.action.fcurves:
        for point in curve.keyframe_points:
            point.interpolation = "LINEAR"
    return math_node(tree, "DIVIDE", total, 3.0)


def golem_skin():
    """One material for the whole body, which the fronts turn into the next."""
    made, shader = stage.material("Skin", STAGES[0][0])
    tree = made.node_tree
    place = node(tree, "TexCoord").outputs["Object"]
    grain = node(tree, "TexNoise", Vector=place, Scale=4.5, Detail=2.0, Roughness=0.62).outputs["Fac"]
    field = stage_field(tree, grain)
    thirds = [number / 3 for number in range(4)]
    colors = ramp(tree, field, [(at, color) for at, (color, *_) in zip(thirds, STAGES)])
    shades = ramp(tree, grain, [(0.36, (0.4, 0.38, 0.37)), (0.6, (1, 1, 1))])
    mixed = node(tree, "MixRGB", {"blend_type": "MULTIPLY"}, Fac=0.7, Color1=colors, Color2=shades)
    tree.links.new(mixed.outputs[0], shader.inputs["Base Color"])
    feel = node(tree, "SeparateRGB", Image=ramp(tree, field, [(at, rest) for at, (_, *rest) in zip(thirds, STAGES)]))
    tree.links.new(feel.outputs["R"], shader.inputs["Metallic"])
    tree.links.new(feel.outputs["G"], shader.inputs["Roughness"])
    bump = node(tree, "Bump", Strength=feel.outputs["B"], Distance=0.12, Height=grain)
    tree.links.new(bump.outputs[0], shader.inputs["Normal"])
    ember, dark = (1.0, 0.20, 0.015), (0, 0, 0)
    edges = [(0, dark), (1 / 6, ember), (1 / 3, dark), (1 / 2, ember), (2 / 3, dark), (5 / 6, ember), (1, dark)]
    tree.links.new(ramp(tree, field, edges), shader.inputs["Emission"])
    tree.links.new(for_the_eye_only(tree, 3.2), shader.inputs["Emission Strength"])
    return made


def glow():
    """Eyes and the sign on the chest: a warm ember that grows brighter."""
    made, shader = stage.material("Ember", (0.02, 0.01, 0.0))
    tree = made.node_tree
    shader.inputs["Emission"].default_value = (1.0, 0.34, 0.05, 1.0)
    strength = node(tree, "Value").outputs[0]
    for share, value in ((0.0, 3.0), (1.0, 7.0)):
        key(strength, "default_value", value, frame_at(share))
    tree.links.new(for_the_eye_only(tree, strength), shader.inputs["Emission Strength"])
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
    slate, _ = stage.material("Pedestal", (0.06, 0.065, 0.075), roughness=0.5)
    rim, _ = stage.material("Rim", (0.85, 0.52, 0.17), metallic=1.0, roughness=0.35)
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


def backdrop_color(tree, direction):
    """The colour of the room in a direction: dusk, with a pale glow behind the golem."""
    up = node(tree, "SeparateXYZ", Vector=direction).outputs["Z"]
    facing = node(tree, "VectorMath", {"operation": "DOT_PRODUCT"}, _0=direction, _1=(0.0, 0.9985, 0.055)).outputs["Value"]
    halo = ramp(tree, facing, [(0.84, (0, 0, 0)), (0.93, (0.004, 0.016, 0.019)), (0.985, (0.022, 0.085, 0.098)), (1.0, (0.050, 0.155, 0.170))], "B_SPLINE")
    dusk = ramp(tree, math_node(tree, "MULTIPLY_ADD", up, 0.5, 0.5), [(0.42, (0.004, 0.010, 0.013)), (0.62, (0.006, 0.017, 0.024)), (1.0, (0.02, 0.05, 0.07))])
    return node(tree, "MixRGB", {"blend_type": "ADD"}, Fac=1.0, Color1=halo, Color2=dusk).outputs[0]


def floor():
    """A disc that fades into the room, so that no horizon shows."""
    paint, shader = stage.material("Floor", (0.035, 0.055, 0.062), roughness=0.5)
    tree = paint.node_tree
    geometry = node(tree, "NewGeometry")
    away = node(tree, "VectorMath", {"operation": "SCALE"}, _0=geometry.outputs["Incoming"])
    away.inputs["Scale"].default_value = -1.0
    room = node(tree, "Emission", Color=backdrop_color(tree, away.outputs[0]))
    distance = node(tree, "VectorMath", {"operation": "LENGTH"}, _0=geometry.outputs["Position"]).outputs["Value"]
    fade = node(tree, "MapRange", {"interpolation_type": "SMOOTHSTEP"}, Value=distance, From_Min=2.4, From_Max=6.5).outputs[0]
    mixed = node(tree, "MixShader", _0=fade, _1=shader.outputs[0], _2=room.outputs[0])
    tree.links.new(mixed.outputs[0], tree.nodes["Material Output"].inputs["Surface"])
    paint.cycles.sample_as_light = False
    bpy.ops.mesh.primitive_circle_add(vertices=64, radius=40, fill_type="NGON")
    bpy.context.object.name = "Floor"
    bpy.context.object.data.materials.append(paint)


def light(scene):
    """Two lamps and the room: the fewer there are to choose from, the less noise a few samples leave."""
    stage.area_light(scene, "Key", (-4.4, -5.2, 6.4), (0, 0, 2.0), 900, 2.6, (1.0, 0.87, 0.72))
    stage.area_light(scene, "Rim", (4.4, 3.2, 4.6), (0, 0, 2.4), 800, 1.8, (0.45, 0.66, 1.0))
    tree = scene.world.node_tree
    direction = node(tree, "TexCoord").outputs["Generated"]
    seen = backdrop_color(tree, direction)
    # What metal mirrors: a bright sky ahead of the golem and above it, which the camera never sees.
    softbox = node(tree, "VectorMath", {"operation": "DOT_PRODUCT"}, _0=direction, _1=(-0.30, -0.66, 0.69)).outputs["Value"]
    mirrored = ramp(tree, softbox, [(0.0, (0.03, 0.045, 0.07)), (0.55, (0.10, 0.12, 0.16)), (0.92, (0.85, 0.80, 0.72))], "EASE")
    camera_ray = node(tree, "LightPath").outputs["Is Camera Ray"]
    color = node(tree, "MixRGB", Fac=camera_ray, Color1=mirrored, Color2=seen)
    tree.links.new(color.outputs[0], tree.nodes["Background"].inputs["Color"])
    scene.world.cycles.sampling_method = "NONE"


def main():
    scene = stage.empty_scene(WIDTH, HEIGHT, SAMPLES, seed=3)
    scene.frame_start, scene.frame_end = 1, FRAMES
    scene.cycles.max_bounces = 2
    scene.cycles.diffuse_bounces = 1
    scene.cycles.glossy_bounces = 2
    scene.cycles.blur_glossy = 1.0
    scene.cycles.caustics_reflective = scene.cycles.caustics_refractive = False
    scene.cycles.sample_clamp_direct = 4.0
    scene.cycles.sample_clamp_indirect = 0.5
    scene.view_settings.view_transform = "Filmic"
    scene.view_settings.look = "Medium High Contrast"
    scene.view_settings.exposure = 0.35
    scene.render.filepath = "//golem_"
    golem()
    pedestal()
    floor()
    light(scene)
    stage.camera(scene, (0.0, -10.4, 2.7), (0, 0, 2.14), lens=43)
    stage.save("golem.blend")


main()
