"""Makes the small files that the tests open: `blender --background --factory-startup --python fixtures.py`.

Each fixture shows one thing that the worker must get right or refuse. They are tiny on purpose: a frame takes
a few hundredths of a second.
"""
import os
import sys

import bpy

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import asset_files  # noqa: E402
import stage  # noqa: E402

NAMED = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures")


def spinning_cube(width=64, height=64, samples=8):
    """A cube that turns over twelve frames between a lamp and a floor: the ground of most fixtures."""
    scene = stage.empty_scene(width, height, samples)
    scene.frame_start, scene.frame_end = 1, 12
    bpy.ops.mesh.primitive_plane_add(size=12)
    floor, _ = stage.material("Floor", (0.3, 0.32, 0.36), roughness=0.4)
    bpy.context.object.data.materials.append(floor)
    bpy.ops.mesh.primitive_cube_add(size=1.6, location=(0, 0, 0.9))
    cube = bpy.context.object
    cube.name = "Cube"
    clay, _ = stage.material("Clay", (0.7, 0.25, 0.1), roughness=0.3)
    cube.data.materials.append(clay)
    cube.rotation_euler = (0, 0, 0)
    cube.keyframe_insert("rotation_euler", frame=1)
    cube.rotation_euler = (0.4, 0.2, 1.5)
    cube.keyframe_insert("rotation_euler", frame=12)
    stage.area_light(scene, "Key", (3, -3, 4), (0, 0, 0.5), 400, 1.5)
    scene.world.node_tree.nodes["Background"].inputs["Color"].default_value = (0.1, 0.14, 0.2, 1)
    stage.camera(scene, (4, -5, 3), (0, 0, 0.7))
    return scene


def checker_image(name, path, size=32):
    """Paints a small picture and writes it to `path`."""
    image = bpy.data.images.new(name, size, size)
    pixels = []
    for y in range(size):
        for x in range(size):
            light = ((x // 4) + (y // 4)) % 2
            pixels += [0.9 * light, 0.2 + 0.6 * x / size, 0.8 * y / size, 1.0]
    image.pixels = pixels
    image.filepath_raw = path
    image.file_format = "PNG"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    image.save()
    return image


def paint_with(shader_material, image):
    """Puts `image` on the base colour of a material."""
    tree = shader_material.node_tree
    texture = tree.nodes.new("ShaderNodeTexImage")
    texture.image = image
    tree.links.new(texture.outputs["Color"], tree.nodes["Principled BSDF"].inputs["Base Color"])
    return texture


def tiny():
    spinning_cube()
    stage.save("tiny.blend", FOLDER)


def passes():
    """Two view layers and passes of every shape: one, three and four channels, and cryptomatte."""
    scene = spinning_cube(96, 64)
    layer = scene.view_layers[0]
    layer.use_pass_z = layer.use_pass_normal = layer.use_pass_diffuse_color = True
    layer.use_pass_cryptomatte_object = True
    layer.cycles.denoising_store_passes = False
    layer.cycles.pass_debug_sample_count = True
    scene.view_layers.new("Second").use_pass_mist = True
    stage.save("passes.blend", FOLDER)


def compositing():
    """Glare, blur and dither: all of them look beyond a tile or are random, so they belong into the merge."""
    scene = spinning_cube(96, 64)
    scene.render.dither_intensity = 1.0
    scene.use_nodes = True
    tree = scene.node_tree
    tree.nodes.clear()
    layers = tree.nodes.new("CompositorNodeRLayers")
    glare = tree.nodes.new("CompositorNodeGlare")
    glare.glare_type = "FOG_GLOW"
    glare.threshold = 0.3
    blur = tree.nodes.new("CompositorNodeBlur")
    blur.size_x = blur.size_y = 2
    out = tree.nodes.new("CompositorNodeComposite")
    tree.links.new(layers.outputs["Image"], glare.inputs["Image"])
    tree.links.new(glare.outputs["Image"], blur.inputs["Image"])
    tree.links.new(blur.outputs["Image"], out.inputs["Image"])
    stage.save("compositing.blend", FOLDER)


def adaptive():
    scene = spinning_cube(128, 96, samples=256)
    scene.cycles.use_adaptive_sampling = True
    # Low enough that crops without a margin differ.
    scene.cycles.adaptive_threshold = 0.02
    stage.save("adaptive.blend", FOLDER)


def region():
    """The file itself renders a part of its frame, at fractions that round differently in single and double precision."""
    scene = spinning_cube(100, 70)
    scene.render.use_border = True
    scene.render.border_min_x, scene.render.border_max_x = 0.21, 0.77
    scene.render.border_min_y, scene.render.border_max_y = 0.13, 0.9
    stage.save("region.blend", FOLDER)


def denoised():
    scene = spinning_cube()
    scene.cycles.use_denoising = True
    stage.save("denoised.blend", FOLDER)


def eevee():
    scene = spinning_cube()
    scene.render.engine = "BLENDER_EEVEE"
    stage.save("eevee.blend", FOLDER)


def no_camera():
    scene = spinning_cube()
    bpy.data.objects.remove(scene.camera)
    stage.save("no-camera.blend", FOLDER)


def missing_texture():
    spinning_cube()
    image = bpy.data.images.new("Lost", 4, 4)
    image.source = "FILE"
    image.filepath = "//textures/lost.png"
    paint_with(bpy.data.materials["Clay"], image)
    stage.save("missing-texture.blend", FOLDER)


def unbaked_cloth():
    spinning_cube()
    bpy.ops.mesh.primitive_grid_add(size=2, location=(0, 0, 3))
    bpy.context.object.name = "Curtain"
    bpy.context.object.modifiers.new("Cloth", "CLOTH")
    stage.save("unbaked-cloth.blend", FOLDER)


def linked():
    """A library in a folder of its own, which itself uses a texture; the scene links its object."""
    parts = os.path.join(FOLDER, "linked", "parts")
    stage.empty_scene(16, 16, 1)
    bpy.ops.mesh.primitive_uv_sphere_add(radius=0.9, location=(0, 0, 0.9))
    ball = bpy.context.object
    ball.name = "Ball"
    painted, _ = stage.material("Painted", (1, 1, 1))
    ball.data.materials.append(painted)
    image = checker_image("Checker", os.path.join(parts, "textures", "checker.png"))
    image.source = "FILE"
    paint_with(painted, image)
    stage.save("ball.blend", parts)
    bpy.data.images["Checker"].filepath = "//textures/checker.png"
    stage.save("ball.blend", parts)

    scene = spinning_cube()
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    stage.save("scene.blend", os.path.join(FOLDER, "linked"))
    with bpy.data.libraries.load("//parts/ball.blend", link=True, relative=True) as (_, wanted):
        wanted.objects = ["Ball"]
    scene.collection.objects.link(wanted.objects[0])
    stage.save("scene.blend", os.path.join(FOLDER, "linked"))


def sequence():
    """A texture that is an image sequence of three pictures, and one that is named by an absolute path."""
    folder = os.path.join(FOLDER, "sequence")
    spinning_cube()
    for number in range(1, 4):
        checker_image(f"step{number}", os.path.join(folder, "steps", f"step_{number:04d}.png"), 8 * number)
        bpy.data.images.remove(bpy.data.images[f"step{number}"])
    stage.save("scene.blend", folder)
    image = bpy.data.images.load(os.path.join(folder, "steps", "step_0001.png"))
    image.source = "SEQUENCE"
    image.filepath = "//steps/step_0001.png"
    texture = paint_with(bpy.data.materials["Clay"], image)
    texture.image_user.frame_duration = 3
    texture.image_user.frame_start = 1
    texture.image_user.use_auto_refresh = True
    absolute = bpy.data.images.load(os.path.join(folder, "steps", "step_0002.png"), check_existing=False)
    absolute.name = "Absolute"
    absolute.filepath = "/somewhere/else/poster.png"
    paint_with(bpy.data.materials["Floor"], absolute)
    stage.save("scene.blend", folder)


def assets():
    """A file of each kind beside pictures and libraries: a font, smoke, a mesh cache, a cloth baked to the disk, and an old
    picture format. Nothing is packed."""
    folder = os.path.join(FOLDER, "assets")
    scene = spinning_cube()
    scene.cycles.volume_step_rate = 4
    stage.save("scene.blend", folder)

    asset_files.font(os.path.join(folder, "letters.ttf"))
    bpy.ops.object.text_add(location=(-1.6, -1.2, 0.05))
    text = bpy.context.object.data
    text.body, text.extrude = "AB", 0.1
    text.font = bpy.data.fonts.load(os.path.join(folder, "letters.ttf"))
    text.font.filepath = "//letters.ttf"

    asset_files.puff(os.path.join(folder, "puff.vdb"))
    bpy.ops.object.volume_add(location=(1.4, 0.6, 1.2))
    smoke = bpy.context.object
    smoke.data.filepath = "//puff.vdb"
    made = bpy.data.materials.new("Smoke")
    made.use_nodes = True
    made.node_tree.nodes.clear()
    shader = made.node_tree.nodes.new("ShaderNodeVolumePrincipled")
    shader.inputs["Density"].default_value = 3
    out = made.node_tree.nodes.new("ShaderNodeOutputMaterial")
    made.node_tree.links.new(shader.outputs["Volume"], out.inputs["Volume"])
    smoke.data.materials.append(made)

    bpy.ops.mesh.primitive_plane_add(size=1, location=(-1.7, -0.6, 1.0))
    sheet = bpy.context.object
    sheet.name = "Sheet"
    corners = [(-0.5, -0.5, 0), (0.5, -0.5, 0), (-0.5, 0.5, 0), (0.5, 0.5, 0)]
    asset_files.mesh_cache(os.path.join(folder, "sheet.pc2"), [[(x, y, z + frame * (0.1 + x / 9)) for x, y, z in corners]
                                                               for frame in range(12)])
    cache = sheet.modifiers.new("Mesh cache", "MESH_CACHE")
    cache.cache_format, cache.filepath = "PC2", "//sheet.pc2"

    image = checker_image("Checker", os.path.join(folder, "checker.png"))
    scene.render.image_settings.file_format = "IRIS"
    image.save_render(os.path.join(folder, "checker.rgb"), scene=scene)
    scene.render.image_settings.file_format = "PNG"
    os.remove(os.path.join(folder, "checker.png"))
    bpy.data.images.remove(image)
    painted = bpy.data.images.load(os.path.join(folder, "checker.rgb"))
    painted.filepath = "//checker.rgb"
    paint_with(bpy.data.materials["Clay"], painted)

    bpy.ops.mesh.primitive_grid_add(size=1.2, x_subdivisions=4, y_subdivisions=4, location=(0.2, -0.6, 2.4))
    curtain = bpy.context.object
    curtain.name = "Curtain"
    cloth = curtain.modifiers.new("Cloth", "CLOTH")
    cloth.point_cache.frame_start, cloth.point_cache.frame_end = 1, 6
    cloth.point_cache.use_disk_cache = True
    # Onto the disk beside the file, which so has to have its place before.
    stage.save("scene.blend", folder)
    bpy.ops.ptcache.bake_all(bake=True)
    stage.save("scene.blend", folder)


def time_limit():
    """Sampling that ends after so short a time that no machine gets through all samples."""
    scene = spinning_cube(samples=200)
    scene.cycles.time_limit = 0.001
    stage.save("time-limit.blend", FOLDER)


def layer_samples():
    """A view layer with a number of samples of its own."""
    scene = spinning_cube(samples=8)
    scene.view_layers[0].samples = 3
    stage.save("layer-samples.blend", FOLDER)


def forged_newer():
    """The tiny scene, uncompressed, with a header that claims a version of the future."""
    spinning_cube(16, 16, 1)
    path = os.path.join(FOLDER, "newer.blend")
    bpy.context.preferences.filepaths.save_version = 0
    bpy.ops.wm.save_as_mainfile(filepath=path, compress=False)
    with open(path, "rb") as file:
        data = file.read()
    assert data[:7] == b"BLENDER", "an uncompressed file starts with its magic"
    with open(path, "wb") as file:
        # Only the header counts: the version is judged before anything behind it is read.
        file.write(data[:9] + b"402" + data[12:4096])


def truncated():
    path = os.path.join(FOLDER, "tiny.blend")
    with open(path, "rb") as file:
        data = file.read()
    with open(os.path.join(FOLDER, "truncated.blend"), "wb") as file:
        file.write(data[: len(data) // 2])


for make in (tiny, passes, compositing, adaptive, region, denoised, eevee, no_camera, missing_texture, unbaked_cloth, linked,
             sequence, assets, time_limit, layer_samples, forged_newer, truncated):
    # All of them, or those that are named after `--`.
    if not NAMED or make.__name__ in NAMED:
        make()
