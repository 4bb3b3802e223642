"""Makes heavy.blend, for benchmarks: few frames with many samples, where nearly all time is path tracing."""
import os
import sys

import bpy

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import stage  # noqa: E402

scene = stage.empty_scene(320, 180, 64, seed=5)
scene.frame_start, scene.frame_end = 1, 16
floor, _ = stage.material("Floor", (0.35, 0.37, 0.42), roughness=0.25)
bpy.ops.mesh.primitive_plane_add(size=30)
bpy.context.object.data.materials.append(floor)
for number in range(5):
    bpy.ops.mesh.primitive_torus_add(location=(1.5 * (number - 2), 0, 0.7), major_radius=0.55, minor_radius=0.2)
    ring = bpy.context.object
    paint, shader = stage.material(f"Ring {number}", (0.2 + 0.15 * number, 0.5, 0.9 - 0.15 * number), metallic=number % 2, roughness=0.15)
    if number == 2:
        shader.inputs["Transmission"].default_value = 1.0
    ring.data.materials.append(paint)
    for polygon in ring.data.polygons:
        polygon.use_smooth = True
    ring.rotation_euler = (0.5, 0.3 * number, 0)
    ring.keyframe_insert("rotation_euler", frame=1)
    ring.rotation_euler = (1.8, 0.3 * number + 1.0, 0.8)
    ring.keyframe_insert("rotation_euler", frame=16)
stage.area_light(scene, "Key", (-3, -4, 5), (0, 0, 0.5), 700, 2)
stage.area_light(scene, "Back", (4, 4, 3), (0, 0, 0.5), 300, 1, (0.6, 0.8, 1))
stage.camera(scene, (0, -8, 3), (0, 0, 0.6))
scene.render.filepath = "//heavy_"
stage.save("heavy.blend")
