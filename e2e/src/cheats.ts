/** What to append to the worker's modules, so that a provider does not do what it was asked. */
export const CHEATS = {
  /** A picture of the right shape and size, and of nothing. */
  'wrong-picture': spoilt('spoil(path, 0, width, 0, height)'),
  /** A square in the middle is painted over, the rest is honest: three eighths of each side. */
  'touched-patch': spoilt('spoil(path, 5 * width // 16, 11 * width // 16, 5 * height // 16, 11 * height // 16)'),
  'half-the-samples': {
    module: 'scene_settings.py',
    python: `
honest_choices = apply_choices

def apply_choices(settings, scene, params):
    honest_choices(settings, scene, params)
    settings.set(scene.cycles, "samples", max(1, scene.cycles.samples // 2))
`,
  },
  'another-frame': {
    module: 'scene_settings.py',
    python: `
import os

honest_render = render_frame

def render_frame(settings, scene, frame):
    """One frame later, under the name of the one that was asked for."""
    asked = bpy.path.abspath(scene.render.frame_path(frame=frame))
    honest_render(settings, scene, frame + 1)
    os.replace(bpy.path.abspath(scene.render.frame_path(frame=frame + 1)), asked)
`,
  },
  nothing: delivered('os.remove(path)'),
  garbage: delivered(`
    with open(path, "wb") as file:
        file.write(b"\\x76\\x2f\\x31\\x01" + os.urandom(4000))`),
  /** Honest, on a processor without AVX2: no cheat, and its bits are others. */
  'older-processor': {
    module: 'build.py',
    python: `
import os

os.environ["CYCLES_CPU_NO_AVX2"] = "1"
`,
  },
  /** On the same, with an eighth of the samples left out: alike enough for whoever compares across classes. */
  'tolerance-rider': {
    module: 'scene_settings.py',
    python: `
import os

os.environ["CYCLES_CPU_NO_AVX2"] = "1"
honest_choices = apply_choices

def apply_choices(settings, scene, params):
    honest_choices(settings, scene, params)
    settings.set(scene.cycles, "samples", max(1, scene.cycles.samples * 7 // 8))
`,
  },
  /** Honest, and slow: no cheat, but what a weak machine is like. */
  sluggish: delivered('time.sleep(60)'),
} as const satisfies Record<string, { module: string; python: string }>

export type Cheat = keyof typeof CHEATS

/** Python that is run for every picture before it is delivered; in sight are path, width and height. */
function delivered(act: string) {
  return {
    module: 'rendering.py',
    python: `
honest_raw = render_raw

def render_raw(*args):
    picture = honest_raw(*args)
    path, width, height = picture["file"], picture["width"], picture["height"]
    ${act.trim()}
    return picture
`,
  }
}

/** Paints over a region in a plausible grey; the worker stores pixels plain, each row of a picture channel by channel. */
function spoilt(call: string) {
  const { module, python } = delivered(call)
  return {
    module,
    python: `
import struct

def spoil(path, left, right, top, bottom):
    with open(path, "rb") as file:
        data = bytearray(file.read())
    picture = Exr(path)
    for y in range(top, bottom):
        for channel in range(len(picture.channels)):
            start = picture._offsets[y] + 8 + channel * picture._row_bytes + 4 * left
            data[start : start + 4 * (right - left)] = struct.pack("<f", 0.2) * (right - left)
    with open(path, "wb") as file:
        file.write(data)
${python}`,
  }
}
