"""Makes one .blend for each way in which a file attacks whoever opens it: `blender -b --python THIS -- FOLDER SECRET`, where
SECRET is a folder with `picture.png` and `scene.blend`. What a script got to run leaves the file that $PROOF names."""
import os
import sys

import bpy

folder, secret = sys.argv[sys.argv.index("--") + 1:]
ACT = "__import__('os').close(__import__('os').open(__import__('os').environ['PROOF'], 64 | 1))"


def fresh():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.samples = 1
    scene.cycles.use_denoising = False
    scene.render.resolution_x = scene.render.resolution_y = 8
    scene.camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    scene.collection.objects.link(scene.camera)
    bpy.ops.mesh.primitive_plane_add(size=4, location=(0, 0, -3))
    return scene, bpy.context.object


def textured(plane, image):
    material = bpy.data.materials.new("material")
    material.use_nodes = True
    nodes = material.node_tree.nodes
    node = nodes.new("ShaderNodeTexImage")
    node.image = image
    material.node_tree.links.new(node.outputs["Color"], nodes["Principled BSDF"].inputs["Base Color"])
    plane.data.materials.append(material)


def save(name):
    bpy.ops.wm.save_as_mainfile(filepath=os.path.join(folder, f"{name}.blend"), compress=True)


fresh()
text = bpy.data.texts.new("run.py")
text.write(ACT)
text.use_module = True
save("script")

_, plane = fresh()
driver = plane.driver_add("location", 0).driver
driver.type = "SCRIPTED"
driver.expression = f"{ACT} or 0.0"
save("driver")

_, plane = fresh()
image = bpy.data.images.new("picture", 1, 1)
image.source = "FILE"
image.filepath = os.path.join(secret, "picture.png")
textured(plane, image)
save("picture")

scene, _ = fresh()
with bpy.data.libraries.load(os.path.join(secret, "scene.blend"), link=True) as (there, here):
    here.objects = list(there.objects)
for linked in here.objects:
    scene.collection.objects.link(linked)
save("library")

_, plane = fresh()
textured(plane, bpy.data.images.new("huge", 9_000, 9_000, float_buffer=True))
save("texture")
