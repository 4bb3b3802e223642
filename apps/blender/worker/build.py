"""Which Blender this is. Two builds of one version may differ in their pixels, so both are named."""
import hashlib

import bpy


def build_identity():
    """The version, and a short hash over everything Blender knows about its own build."""
    app = bpy.app
    parts = [app.version_string, app.build_hash, app.build_type, app.build_platform, app.build_cflags, app.build_cxxflags,
             repr(app.build_options)]
    text = "\n".join(part.decode(errors="replace") if isinstance(part, bytes) else str(part) for part in parts)
    return {"blender": app.version_string, "build": hashlib.sha256(text.encode()).hexdigest()[:16]}


def version_text(version):
    """(4, 2, 0) or (4, 2) as people write it: "4.2"."""
    return f"{version[0]}.{version[1]}"
