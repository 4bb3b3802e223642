"""`check`: renders a hidden crop again and compares it with the same crop of what was delivered."""
import tempfile
import time

from comparing import compare
from exr import Exr, NotOurExr
from loading import chosen_scene, load
from overrides import Overrides
from regions import frame_size, grow, parse_region, relative_to
from rendering import PLAIN, render_raw
from scene_settings import apply_choices


def check(params, _progress):
    """Compares `crop` of `frame` with the file `delivered`, which holds `deliveredRegion` (the whole frame by default).

    A delivered file that is not what was asked for is an answer ({"mismatch": why}), never an error.
    """
    load(params)
    scene = chosen_scene(params)
    started = time.monotonic()
    with Overrides() as settings, tempfile.TemporaryDirectory() as folder:
        apply_choices(settings, scene, params)
        size = frame_size(scene)
        crop = parse_region(params["crop"], size)
        held = parse_region(params["deliveredRegion"], size) if params.get("deliveredRegion") else (0, 0, *size)
        try:
            theirs = Exr(params["delivered"])
        except NotOurExr as error:
            return {"mismatch": str(error)}
        if (theirs.width, theirs.height) != (held[2] - held[0], held[3] - held[1]):
            return {"mismatch": f"the picture is {theirs.width}x{theirs.height} pixels instead of "
                                f"{held[2] - held[0]}x{held[3] - held[1]}"}
        rendered = grow(crop, params.get("margin", 0), size)
        settings.set(scene.render, "use_persistent_data", bool(params.get("keepScene", False)))
        ours = Exr(render_raw(settings, scene, params["frame"], rendered, folder, PLAIN)["file"])
        if ours.channels != theirs.channels:
            missing = sorted({name.rpartition(".")[0] for name in set(ours.channels) - set(theirs.channels)})
            return {"mismatch": f"the passes are not those of the file (missing: {', '.join(missing) or 'none'})"}
        try:
            outcome = compare(ours, relative_to(crop, rendered), theirs, relative_to(crop, held), folder)
        except NotOurExr as error:
            return {"mismatch": str(error)}
    return {**outcome, "seconds": round(time.monotonic() - started, 4)}
