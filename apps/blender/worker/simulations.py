"""Simulations that were not baked. Each frame of theirs depends on all frames before, so machines that render single
frames would show each a different state."""


def unbaked_simulations(scene):
    """[{kind, object}] for everything that has to be baked before the scene can be split."""
    found = []
    for thing in scene.objects:
        if not thing.hide_render:
            found += [{"kind": kind, "object": thing.name} for kind in unbaked_kinds(thing)]
    world = scene.rigidbody_world
    if world and world.enabled and world.collection and len(world.collection.objects) and not world.point_cache.is_baked:
        found += [{"kind": "rigid body", "object": thing.name} for thing in world.collection.objects]
    return found


def unbaked_kinds(thing):
    for modifier in thing.modifiers:
        if not modifier.show_render:
            continue
        if modifier.type == "CLOTH" and not stored(modifier.point_cache):
            yield "cloth"
        elif modifier.type == "SOFT_BODY" and not stored(modifier.point_cache):
            yield "soft body"
        elif modifier.type == "DYNAMIC_PAINT" and modifier.canvas_settings:
            surfaces = modifier.canvas_settings.canvas_surfaces
            if any(surface.is_active and not stored(surface.point_cache) for surface in surfaces):
                yield "dynamic paint"
        elif modifier.type == "FLUID" and modifier.fluid_type == "DOMAIN" and not modifier.domain_settings.has_cache_baked_data:
            yield "fluid"
    for system in thing.particle_systems:
        settings = system.settings
        simulated = settings.type == "EMITTER" or system.use_hair_dynamics
        if simulated and settings.physics_type != "NO" and not stored(system.point_cache):
            yield "particles"


def stored(cache):
    return cache.is_baked or cache.use_external
