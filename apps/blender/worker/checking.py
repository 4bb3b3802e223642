"""`check`: renders a hidden crop again and compares it with the same crop of what was delivered."""
import os
import shutil
import tempfile
import time

from comparing import compare
from exr import Exr, NotOurExr
from loading import chosen_scene, load
from overrides import Overrides
from previews import CHECKED
from regions import frame_size, grow, parse_region, relative_to
from rendering import PLAIN, render_raw
from scene_settings import apply_choices


def check(params, _progress):
    """Compares `crop` of `frame` with the file `delivered`, which holds `deliveredRegion` (the whole frame by default).
    Without a crop, for scenes that must not be cut, everything is rendered and compared. The files `alike`, other frames
    of the same delivery, must at least be whole and hold the same passes and size.

    What was rendered is left as `checked.exr` in `outDir` where it differs.

    A delivered file that is not what was asked for is an answer ({"mismatch": why}), never an error.
    """
    load(params)
    scene = chosen_scene(params)
    started = time.monotonic()
    with Overrides() as settings, tempfile.TemporaryDirectory() as folder:
        apply_choices(settings, scene, params)
        size = frame_size(scene)
        crop = parse_region(params["crop"], size) if params.get("crop") else None
        held = parse_region(params["deliveredRegion"], size) if params.get("deliveredRegion") else (0, 0, *size)
        try:
            theirs = Exr(params["delivered"])
            require_alike(theirs, params.get("alike", []))
            if crop:
                require_size(theirs, held[2] - held[0], held[3] - held[1])
            rendered = grow(crop, params.get("margin", 0), size) if crop else None
            made = render_raw(settings, scene, params["frame"], rendered, folder, PLAIN)["file"]
            ours = Exr(made)
            if not crop:
                require_size(theirs, ours.width, ours.height)
            require_channels(theirs, ours.channels)
            our_region = relative_to(crop, rendered) if crop else ours.full
            their_region = relative_to(crop, held) if crop else theirs.full
            outcome = compare(ours, our_region, theirs, their_region, folder)
            if not outcome.get("equal") and params.get("outDir"):
                os.makedirs(params["outDir"], exist_ok=True)
                shutil.copyfile(made, os.path.join(params["outDir"], CHECKED))
        except NotOurExr as error:
            return {"mismatch": str(error)}
    return {**outcome, "seconds": round(time.monotonic() - started, 4)}


def require_size(picture, width, height):
    if (picture.width, picture.height) != (width, height):
        raise NotOurExr(f"the picture is {picture.width}x{picture.height} pixels instead of {width}x{height}")


def require_channels(picture, channels):
    if picture.channels != channels:
        missing = sorted({name.rpartition(".")[0] for name in set(channels) - set(picture.channels)})
        raise NotOurExr(f"the pass {missing[0]} is missing" if missing else "it holds passes that were not asked for")


def require_alike(picture, paths):
    """Looks at the headers and lengths alone: the merge must not trip over what was paid for."""
    picture.require_whole()
    for path in paths:
        other = Exr(path)
        other.require_whole()
        if (other.width, other.height, other.channels) != (picture.width, picture.height, picture.channels):
            raise NotOurExr("the frames of the delivery differ in size or passes")
