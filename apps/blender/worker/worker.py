"""The Blender side of the application: a process that stays up and answers requests.

Started as `blender --background --factory-startup --disable-autoexec -t 1 --python worker.py`, it reads one JSON
request a line on stdin and answers one JSON line on file descriptor 3, because Blender itself writes to stdout.
The end of stdin ends the process. README.md describes each method.
"""
import os
import sys

# The folder is the program, named by its content: nothing may appear in it.
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from answers import Channel, serve  # noqa: E402
from build import build_identity  # noqa: E402
from calibration import calibrate  # noqa: E402
from checking import check  # noqa: E402
from digests import digest  # noqa: E402
from inspection import inspect_file  # noqa: E402
from merging import merge, try_output  # noqa: E402
from previews import glimpse, preview  # noqa: E402
from rendering import render  # noqa: E402
from sketching import sketch  # noqa: E402

METHODS = {
    "inspect": inspect_file,
    "render": render,
    "check": check,
    "digest": digest,
    "merge": merge,
    "try-output": try_output,
    "preview": preview,
    "glimpse": glimpse,
    "sketch": sketch,
    "calibrate": calibrate,
}

if __name__ == "__main__":
    # Blender prints a line for every step of a render, which nobody reads.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    serve(Channel(sys.stdin, os.fdopen(3, "wb", buffering=0)), build_identity(), METHODS)
