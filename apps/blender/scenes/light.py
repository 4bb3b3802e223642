"""Makes light.blend, for benchmarks: many light frames, where preparation and file writing weigh as much as tracing."""
import math
import os
import sys

import bpy

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import stage  # noqa: E402

FRAMES = 240

scene = stage.empty_scene(256, 144, 4, seed=5)
scene.frame_start, scene.frame_end = 1, FRAMES
scene.cycles.max_bounces = 2
floor, _ = stage.material("Floor", (0.35, 0.37, 0.42), roughness=0.6)
bpy.ops.mesh.primitive_plane_add(size=30)
bpy.context.object.data.materials.append(floor)
paint, _ = stage.material("Bead", (0.9, 0.45, 0.1), roughness=0.35)
bpy.ops.mesh.primitive_uv_sphere_add(radius=0.22, segments=48, ring_count=24)
bead = bpy.context.object.data
bead.materials.append(paint)
bpy.data.objects.remove(bpy.context.object)
for number in range(60):
    placed = bpy.data.objects.new(f"Bead {number}", bead)
    scene.collection.objects.link(placed)
    angle = 2 * math.pi * number / 60
    for frame, height in ((1, 0.3), (FRAMES // 2, 0.3 + 1.2 * abs(math.sin(3 * angle))), (FRAMES, 0.3)):
        turned = angle + 2 * math.pi * frame / FRAMES / 6
        placed.location = (3 * math.cos(turned), 3 * math.sin(turned), height)
        placed.keyframe_insert("location", frame=frame)
stage.area_light(scene, "Key", (-3, -4, 6), (0, 0, 0.5), 900, 2)
stage.camera(scene, (0, -9, 5), (0, 0, 0.4), lens=42)
scene.render.filepath = "//light_"
stage.save("light.blend")
