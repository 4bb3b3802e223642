"""A render engine that computes nothing: it hands finished float passes to Blender.

Blender then composites, applies the view transform, dithers and writes the file by itself, exactly as after a render
of its own. Nothing of that has to be imitated.
"""
from array import array

import bpy
from cycles import engine as cycles_engine

from exr import Exr, NotOurExr
from regions import relative_to


class PixelBuffer(array):
    """Floats, pixel by pixel. Blender 3.4 compares the length of what `rect.foreach_set` gets with the number of pixels,
    and then copies pixels times channels floats out of the buffer: so the length has to be the number of pixels."""

    pixels = 0

    def __len__(self):
        return self.pixels


class DeliveredFrame:
    """The tiles of one frame: [(Exr, region of the frame it stands for, region that the file holds)]."""

    def __init__(self, tiles, size):
        self._tiles = tiles
        self.width, self.height = size
        self.channels = tiles[0][0].channels
        self.texts = tiles[0][0].texts
        for picture, region, delivered in tiles:
            if picture.channels != self.channels:
                raise NotOurExr("the tiles of a frame hold different passes")
            if (picture.width, picture.height) != (delivered[2] - delivered[0], delivered[3] - delivered[1]):
                raise NotOurExr(f"a tile is {picture.width}x{picture.height} pixels instead of "
                                f"{delivered[2] - delivered[0]}x{delivered[3] - delivered[1]}")

    def plane(self, channel):
        """One channel of the whole frame, rows from the bottom as Blender keeps them."""
        row_bytes = 4 * self.width
        plane = bytearray(row_bytes * self.height)
        for picture, region, delivered in self._tiles:
            start = (self.height - 1 - region[1]) * row_bytes + 4 * region[0]
            length = 4 * (region[2] - region[0])
            for row in picture.rows(channel, relative_to(region, delivered)):
                plane[start : start + length] = row
                start -= row_bytes
        return plane

    def interleaved(self, names):
        """The channels of one pass, pixel by pixel."""
        mixed = PixelBuffer("f", bytes(4 * len(names) * self.width * self.height))
        mixed.pixels = self.width * self.height
        if len(names) == 1:
            mixed[:] = array("f", self.plane(names[0]))
            return mixed
        for index, name in enumerate(names):
            mixed[index :: len(names)] = array("f", self.plane(name))
        return mixed


class MergeEngine(bpy.types.RenderEngine):
    """Feeds `MergeEngine.frame_of(number)` into the render result of whatever frame Blender asks for."""

    bl_idname = "GOLEM_MERGE"
    bl_label = "Merge of delivered passes"
    bl_use_preview = False
    frame_of = None
    # Hands over black pixels, to see whether Blender can write what is asked.
    blank = False
    failure = None

    def update_render_passes(self, scene, layer):
        cycles_engine.register_passes(self, scene, layer)

    def render(self, depsgraph):
        # An exception in here would only be printed; it is kept and raised by whoever asked for the merge.
        try:
            self.feed(depsgraph.scene_eval.frame_current, depsgraph.view_layer_eval)
        except Exception as error:  # noqa: BLE001
            MergeEngine.failure = error

    def feed(self, frame, layer):
        if MergeEngine.blank:
            width, height = MergeEngine.frame_of(frame)
            self.end_result(self.begin_result(0, 0, width, height, layer=layer.name))
            return
        delivered = MergeEngine.frame_of(frame)
        wanted = passes_of(delivered.channels, layer.name)
        if not wanted:
            raise NotOurExr(f"the passes of view layer {layer.name!r} are missing")
        result = self.begin_result(0, 0, delivered.width, delivered.height, layer=layer.name)
        for name, value in delivered.texts.items():
            if name.startswith("cryptomatte/"):
                self.get_result().stamp_data_add_field(name, value)
        into = result.layers[0].passes
        built_in = {known.name for known in into}
        for name, channels in wanted.items():
            if name not in built_in:
                self.add_pass(name, len(channels), "".join(channel.rsplit(".", 1)[1] for channel in channels), layer=layer.name)
        for target in result.layers[0].passes:
            channels = wanted.get(target.name)
            if channels is None:
                raise NotOurExr(f"the pass {layer.name}.{target.name} is missing")
            target.rect.foreach_set(delivered.interleaved(channels))
        self.end_result(result)


def passes_of(channels, layer_name):
    """{pass name: its channels in Blender's order} of one view layer. Channel names read layer.pass.channel."""
    found = {}
    for channel in channels:
        if channel.startswith(layer_name + "."):
            rest = channel[len(layer_name) + 1 :]
            name, _, part = rest.rpartition(".")
            if name and "." not in name:
                found.setdefault(name, []).append((part, channel))
    return {name: [channel for _, channel in sorted(parts, key=channel_order)] for name, parts in found.items()}


def channel_order(part):
    """RGBA for colours (cryptomatte writes them small), XYZ for vectors."""
    return "RGBAXYZWUV".find(part[0][0].upper())


def install():
    if not MergeEngine.is_registered:
        bpy.utils.register_class(MergeEngine)


def open_frame(tiles, size):
    """`tiles`: [(path, region, delivered region)]."""
    return DeliveredFrame([(Exr(path), region, delivered) for path, region, delivered in tiles], size)
