import { resolve } from 'node:path'

/** What the demo's command line asks for. */
export type DemoArguments = {
  /** The .blend to render. */
  file: string
  /** Where frames, contact sheet and movie go. */
  outDir: string
  /** Passed on to `golem render` as they are. */
  renderFlags: readonly string[]
}

const SCENE = resolve(import.meta.dirname, '../../apps/blender/scenes/golem.blend')

/**
 * Reads the command line: a file or none, `--out`, and whatever else `golem render` takes.
 *
 * @example readDemoArguments(['scene.blend', '--frames', '1-4'], '/home/me').outDir // '/home/me/demo-out'
 */
export function readDemoArguments(argv: readonly string[], cwd: string): DemoArguments {
  const rest: string[] = []
  let file: string | null = null
  let out = 'demo-out'
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i] as string
    if (word === '--out') {
      i += 1
      out = argv[i] ?? out
    } else if (word.startsWith('--out=')) out = word.slice('--out='.length)
    else if (file === null && isFile(word, i, argv)) file = word
    else rest.push(word)
  }
  const movie = rest.some((word) => /^--movie(=|$)/.test(word)) ? [] : ['--movie', 'mp4']
  return {
    file: file === null ? SCENE : resolve(cwd, file),
    outDir: resolve(cwd, out),
    renderFlags: [...rest, ...movie],
  }
}

/** The command line of `golem render` for it. */
export const renderArguments = ({ file, outDir, renderFlags }: DemoArguments): string[] => [
  file,
  '--out',
  outDir,
  ...renderFlags,
]

/** Every flag of `golem render` that is of use here takes a value, so a word after a flag is no file, unless it says so. */
const isFile = (word: string, at: number, argv: readonly string[]): boolean =>
  !word.startsWith('-') && (word.endsWith('.blend') || !(argv[at - 1] ?? '').startsWith('-'))
