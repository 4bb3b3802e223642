"""Rectangles of a picture in whole pixels, from the top left corner: (x0, y0, x1, y1), x1 and y1 outside."""
from answers import WorkerError


def frame_size(scene):
    """(width, height) of a frame in pixels, rounded down as Blender does."""
    render = scene.render
    percent = render.resolution_percentage
    return render.resolution_x * percent // 100, render.resolution_y * percent // 100


def parse_region(value, size):
    """The region of a request, checked against the frame."""
    x0, y0, x1, y1 = (value[name] for name in ("x0", "y0", "x1", "y1"))
    if not (0 <= x0 < x1 <= size[0] and 0 <= y0 < y1 <= size[1]):
        raise WorkerError("BAD_REGION", f"The region {x0},{y0} to {x1},{y1} is not inside the frame of {size[0]}x{size[1]} pixels.")
    return x0, y0, x1, y1


def grow(region, margin, size):
    """`region` with `margin` pixels more on every side, as far as the frame goes."""
    x0, y0, x1, y1 = region
    return max(0, x0 - margin), max(0, y0 - margin), min(size[0], x1 + margin), min(size[1], y1 + margin)


def relative_to(region, outer):
    """`region` as seen from the corner of `outer`."""
    return region[0] - outer[0], region[1] - outer[1], region[2] - outer[0], region[3] - outer[1]


def as_json(region):
    return dict(zip(("x0", "y0", "x1", "y1"), region))


def set_border(settings, render, region, size):
    """Makes Blender render `region` alone.

    Blender keeps the border as fractions and rounds down, so a quarter of a pixel is added to every edge: without it
    most crops are off by one.
    """
    x0, y0, x1, y1 = region
    width, height = size
    settings.set(render, "use_border", True)
    settings.set(render, "use_crop_to_border", True)
    settings.set(render, "border_min_x", (x0 + 0.25) / width)
    settings.set(render, "border_max_x", min(1.0, (x1 + 0.25) / width))
    settings.set(render, "border_min_y", (height - y1 + 0.25) / height)
    settings.set(render, "border_max_y", min(1.0, (height - y0 + 0.25) / height))
