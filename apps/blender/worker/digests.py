"""`digest`: what of a delivery is the same wherever it was rendered in one class: its pixels, and no dates."""
import hashlib

from exr import Exr, NotOurExr


def digest(params, _progress):
    """{digest: SHA-256 over the pixel hashes of `files`, in their order} or {mismatch: why there is none}."""
    whole = hashlib.sha256()
    try:
        for path in params["files"]:
            picture = Exr(path)
            picture.require_whole()
            whole.update(bytes.fromhex(picture.pixel_hash()))
    except NotOurExr as error:
        return {"mismatch": str(error)}
    return {"digest": whole.hexdigest()}
