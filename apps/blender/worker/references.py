"""Every file that a .blend refers to: named for the machine that has to collect them, and pointed to their copies."""
import os

import bpy

from sequences import cache_files, fluid_files, sequence_files, tile_files

BUILT_IN_FONT = "<builtin>"


def external_references():
    """One entry for each outside file: {kind, name, path, resolved, files, owner, exists, usedBy}.

    `path` is as the file stores it ("//" means: beside the .blend or library that stores it), `resolved` is absolute, `files`
    are all that it may stand for (the pictures of a sequence, a cache's frames; not all have to exist), and `owner` is the
    resolved path of the library that holds the reference (None for the opened file itself). References of libraries appear once the library can be read, so the caller asks again after adding files.
    """
    entries = [describe(*found) for found in found_references()]
    known = {path for entry in entries for path in (entry["resolved"], *entry["files"])}
    folders = tuple(entry["resolved"] + os.sep for entry in entries)
    for path in bpy.utils.blend_paths(absolute=True, packed=False, local=False):
        # Blender's own list knows rarer owners (external multires data, texture plugins), but not who they are.
        if not path:
            continue
        path = os.path.normpath(path)
        if path not in known and not path.startswith(folders) and os.path.basename(path):
            known.add(path)
            entries.append({"kind": "other", "name": os.path.basename(path), "path": path, "resolved": path, "files": [path], "owner": None,
                            "exists": os.path.exists(path), "usedBy": []})
    return entries


def found_references():
    """(kind, id, stored path, options) for each kind of data that lives outside."""
    data = bpy.data
    for library in data.libraries:
        yield "library", library, library.filepath, {"library": library.parent}
    for image in data.images:
        if image.source in {"FILE", "SEQUENCE", "MOVIE", "TILED"} and not image.packed_file and image.filepath:
            yield "image", image, image.filepath, {"files": image_files(image)}
    for font in data.fonts:
        if font.filepath != BUILT_IN_FONT and not font.packed_file:
            yield "font", font, font.filepath, {}
    for sound in data.sounds:
        if not sound.packed_file:
            yield "sound", sound, sound.filepath, {}
    for volume in data.volumes:
        if volume.filepath and not volume.packed_file:
            yield "volume", volume, volume.filepath, {"files": volume_files(volume)}
    for cache in data.cache_files:
        yield "cache", cache, cache.filepath, {}
    for clip in data.movieclips:
        count = clip.frame_duration
        files = sequence_files(clip.frame_offset, count, from_path=True) if clip.source == "SEQUENCE" else None
        yield "movie clip", clip, clip.filepath, {"files": files}
    for tree, node in every_node():
        if node.bl_idname == "ShaderNodeTexIES" and node.mode == "EXTERNAL" and node.filepath:
            yield "light profile", tree, node.filepath, {}
    for owner in data.objects:
        yield from references_of_object(owner)


def references_of_object(owner):
    for modifier in owner.modifiers:
        if modifier.type == "MESH_CACHE" and modifier.filepath:
            yield "cache", owner, modifier.filepath, {}
        elif modifier.type == "FLUID" and modifier.fluid_type == "DOMAIN":
            domain = modifier.domain_settings
            yield "cache", owner, domain.cache_directory, {"files": fluid_files(domain)}
    for position, cache in enumerate(point_caches(owner)):
        if cache.use_external:
            yield "cache", owner, cache.filepath, {"files": cache_files(cache, owner, position)}
        elif cache.use_disk_cache and cache.is_baked:
            blend = owner.library.filepath if owner.library else bpy.data.filepath
            folder = "//blendcache_" + os.path.splitext(os.path.basename(blend))[0]
            yield "cache", owner, folder, {"files": cache_files(cache, owner, position)}


def image_files(image):
    if image.source == "TILED":
        return tile_files([tile.number for tile in image.tiles])
    if image.source != "SEQUENCE":
        return None
    spans = [(user.frame_offset, user.frame_duration) for user in image_users(image)] or [(0, 1)]
    first = min(offset for offset, _ in spans)
    return sequence_files(first, max(offset + count for offset, count in spans) - first)


def image_users(image):
    """What says which pictures of a sequence are shown: a node of a shader keeps that apart, one of the compositor in itself."""
    for _, node in every_node():
        if getattr(node, "image", None) == image:
            yield getattr(node, "image_user", node)
    for texture in bpy.data.textures:
        if getattr(texture, "image", None) == image:
            yield texture.image_user


def volume_files(volume):
    return sequence_files(volume.frame_offset, volume.frame_duration) if volume.is_sequence else None


def point_caches(owner):
    """The caches of an object's own simulations, where Blender stores baked frames."""
    for modifier in owner.modifiers:
        if modifier.type in {"CLOTH", "SOFT_BODY"}:
            yield modifier.point_cache
        elif modifier.type == "DYNAMIC_PAINT" and modifier.canvas_settings:
            yield from (surface.point_cache for surface in modifier.canvas_settings.canvas_surfaces)
    yield from (system.point_cache for system in owner.particle_systems)


def every_node():
    """(owning ID, node) for every node of the file."""
    owners = [*bpy.data.materials, *bpy.data.worlds, *bpy.data.lights, *bpy.data.scenes, *bpy.data.textures]
    trees = [(owner, owner.node_tree) for owner in owners if owner.node_tree] + [(group, group) for group in bpy.data.node_groups]
    for owner, tree in trees:
        for node in tree.nodes:
            yield owner, node


def describe(kind, owner_id, path, options):
    library = options.get("library", owner_id.library)
    resolved = os.path.normpath(bpy.path.abspath(path, library=library))
    entry = {
        "kind": kind,
        "name": owner_id.name,
        "path": path,
        "resolved": resolved,
        "owner": os.path.normpath(bpy.path.abspath(library.filepath, library=library.parent)) if library else None,
        # A cache belongs to its object, whatever scene that stands in.
        "usedBy": [owner_id.name] if isinstance(owner_id, bpy.types.Object) else users(owner_id),
    }
    name_files = options.get("files")
    entry["files"] = name_files(resolved) if name_files else [resolved]
    entry["exists"] = any(os.path.isfile(file) for file in entry["files"])
    return entry


def users(owner_id):
    """Names of what uses a data block, the nearest first; enough to find it in Blender."""
    return sorted(user.name for user in bpy.data.user_map(subset={owner_id}).get(owner_id, ()))[:5]


def relocate(remap):
    """Points references to their copies: `remap` has stored or resolved paths as keys, paths in the sandbox as values.

    Libraries first, again and again, because each that becomes readable may bring others.
    """
    if not remap:
        return
    moved = True
    while moved:
        moved = False
        for library in list(bpy.data.libraries):
            target = lookup(remap, library.filepath, library.parent)
            if target and library.filepath != target:
                library.filepath = target
                library.reload()
                moved = True
                break
    data = bpy.data
    for collection in (data.images, data.fonts, data.sounds, data.volumes, data.cache_files, data.movieclips):
        for block in collection:
            target = lookup(remap, block.filepath, block.library)
            if target and block.filepath != target:
                block.filepath = target
                if hasattr(block, "reload"):
                    block.reload()
    for owner, node in every_node():
        if node.bl_idname == "ShaderNodeTexIES" and (target := lookup(remap, node.filepath, owner.library)):
            node.filepath = target
    for owner in data.objects:
        relocate_object(owner, remap)


def relocate_object(owner, remap):
    for modifier in owner.modifiers:
        if modifier.type == "MESH_CACHE" and (target := lookup(remap, modifier.filepath, owner.library)):
            modifier.filepath = target
        elif modifier.type == "FLUID" and modifier.fluid_type == "DOMAIN":
            settings = modifier.domain_settings
            if target := lookup(remap, settings.cache_directory, owner.library):
                settings.cache_directory = target
    for cache in point_caches(owner):
        if cache.use_external and (target := lookup(remap, cache.filepath, owner.library)):
            cache.filepath = target


def lookup(remap, path, library):
    """Where a stored path has been copied to, or None."""
    if not path:
        return None
    return remap.get(path) or remap.get(os.path.normpath(bpy.path.abspath(path, library=library)))
