"""Makes the scenes that only whole-system tests need: `blender -b --factory-startup --python make-scenes.py -- FOLDER`.

They are made anew for every run, which takes a second, and so no binary of them is kept.
"""
import os
import sys

import bpy

FOLDER = sys.argv[sys.argv.index("--") + 1]
# Movements without rest at their ends.
bpy.context.preferences.edit.keyframe_new_interpolation_type = "LINEAR"


def empty_scene(width=64, height=64, samples=8):
    """Fixed, explicit settings: Blender's own defaults change between versions."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    set_render(scene, width, height, samples)
    return scene


def set_render(scene, width, height, samples):
    scene.render.engine = "CYCLES"
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "PNG"
    scene.render.filepath = "//frames/"
    scene.cycles.device = "CPU"
    scene.cycles.samples = samples
    scene.cycles.seed = 7
    scene.cycles.use_adaptive_sampling = False
    scene.cycles.use_denoising = False
    scene.frame_start, scene.frame_end = 1, 24


def speckled(name, color, scale):
    """A surface whose every pixel is noisy."""
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    tree = made.node_tree
    noise = tree.nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = scale
    mix = tree.nodes.new("ShaderNodeMixRGB")
    mix.inputs["Color1"].default_value = (*color, 1)
    mix.inputs["Color2"].default_value = (1 - color[0], 1 - color[1], 1 - color[2], 1)
    tree.links.new(noise.outputs["Fac"], mix.inputs["Fac"])
    tree.links.new(mix.outputs["Color"], tree.nodes["Principled BSDF"].inputs["Base Color"])
    return made


def fill(scene, speed=0.2):
    """A floor that fills the picture, a ring on it, a lamp; both turn, so that no pixel of two frames is alike."""
    bpy.ops.mesh.primitive_plane_add(size=40)
    floor = bpy.context.object
    floor.name = "Floor"
    floor.data.materials.append(speckled("Stone", (0.2, 0.3, 0.5), 6))
    bpy.ops.mesh.primitive_torus_add(location=(0, 0, 0.5), major_radius=1.2, minor_radius=0.4)
    ring = bpy.context.object
    ring.name = "Ring"
    ring.data.materials.append(speckled("Clay", (0.8, 0.3, 0.1), 3))
    for frame in (1, 24):
        floor.rotation_euler = (0, 0, speed * frame)
        ring.rotation_euler = (0.1 * speed * frame, 0, -speed * frame)
        floor.keyframe_insert("rotation_euler", frame=frame)
        ring.keyframe_insert("rotation_euler", frame=frame)
    bpy.ops.object.light_add(type="AREA", location=(2, -2, 5), rotation=(0.4, 0.3, 0))
    bpy.context.object.data.energy = 500
    bpy.context.object.data.size = 4
    scene.camera = camera("Above", (0, -3, 6), (0.46, 0, 0))
    return floor, ring


def camera(name, location, rotation):
    bpy.ops.object.camera_add(location=location, rotation=rotation)
    bpy.context.object.name = name
    return bpy.context.object


def save(name):
    bpy.context.preferences.filepaths.save_version = 0
    bpy.ops.wm.save_as_mainfile(filepath=os.path.join(FOLDER, name), compress=True)


def moving():
    """Every pixel differs between any two frames and any two numbers of samples: no cheat hides in a flat corner."""
    fill(empty_scene())
    save("moving.blend")


def choices():
    """Two scenes, two cameras and two view layers, each with a picture of its own."""
    scene = empty_scene()
    scene.name = "Main"
    scene.render.filepath = "//frames/shot_###_"
    _, ring = fill(scene)
    camera("Aside", (3, -4, 3), (1.0, 0, 0.64))
    scene.view_layers[0].name = "Everything"
    rings = bpy.data.collections.new("Rings")
    scene.collection.children.link(rings)
    for collection in ring.users_collection:
        collection.objects.unlink(ring)
    rings.objects.link(ring)
    bare = scene.view_layers.new("Bare")
    bare.layer_collection.children["Rings"].exclude = True
    bare.use = False
    other = bpy.data.scenes.new("Other")
    set_render(other, 48, 32, 4)
    bpy.context.window.scene = other
    fill(other)
    bpy.context.window.scene = scene
    save("choices.blend")


def film():
    """The file itself asks for a movie."""
    scene = empty_scene()
    fill(scene)
    scene.frame_end = 6
    scene.render.image_settings.file_format = "FFMPEG"
    scene.render.ffmpeg.format = "MPEG4"
    scene.render.ffmpeg.codec = "H264"
    save("film.blend")


def wallpaper():
    """A texture beside the file that is large and does not compress: wallpaper.bmp, which the test writes."""
    scene = empty_scene(samples=2)
    floor, _ = fill(scene)
    image = bpy.data.images.new("Wallpaper", 4, 4)
    image.source = "FILE"
    image.filepath = "//wallpaper.bmp"
    tree = floor.data.materials[0].node_tree
    texture = tree.nodes.new("ShaderNodeTexImage")
    texture.image = image
    tree.links.new(texture.outputs["Color"], tree.nodes["Principled BSDF"].inputs["Base Color"])
    save("wallpaper.blend")


def steps():
    """A texture that is another picture in every frame, and one named by an absolute path outside the scene's folder."""
    scene = empty_scene()
    floor, ring = fill(scene)
    for number in (1, 2, 3):
        image = bpy.data.images.new("Step", 8, 8)
        image.generated_type = "COLOR_GRID"
        image.generated_color = (number / 3, 0.2, 0.5, 1)
        image.scale(4 * number, 4 * number)
        image.filepath_raw = os.path.join(FOLDER, "steps", f"step_{number:03d}.png")
        image.file_format = "PNG"
        image.save()
        bpy.data.images.remove(image)
    for thing, path in ((floor, "steps/step_001.png"), (ring, "steps/step_003.png")):
        image = bpy.data.images.load(os.path.join(FOLDER, path))
        tree = thing.data.materials[0].node_tree
        texture = tree.nodes.new("ShaderNodeTexImage")
        texture.image = image
        tree.links.new(texture.outputs["Color"], tree.nodes["Principled BSDF"].inputs["Base Color"])
        if thing == floor:
            image.source = "SEQUENCE"
            texture.image_user.frame_duration = 3
            texture.image_user.frame_start = 1
            texture.image_user.use_auto_refresh = True
    os.makedirs(os.path.join(FOLDER, "deep", "down"))
    save("deep/down/steps.blend")


for make in (moving, choices, film, wallpaper, steps):
    make()
