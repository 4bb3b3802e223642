import { access, constants, open, rm, stat } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import type { NewJob } from '@golem/api'
import { GolemError } from '@golem/protocol/errors'
import type { Cli } from '../../cli.ts'
import { makeFolder } from '../../make-folder.ts'
import { sayCheck } from '../../say-check.ts'
import type { RenderOptions } from './render-options.ts'

/**
 * What is posted for a command line. The application reads the parameters; here only the disk is looked at.
 *
 * @throws {GolemError} `FILE_MISSING`, `FOLDER_UNWRITABLE`, `CHECK_NOT_SAID`
 */
export async function prepareRender(cli: Cli, file: string, options: RenderOptions): Promise<NewJob> {
  const { io, json } = cli
  const path = resolve(io.cwd, file)
  await requireFile(path)
  const outDir = resolve(io.cwd, options.out ?? defaultOut(path, io.now()))
  if (!options.estimate) await requireFolder(outDir)
  const { frames, frameStep, tiles, samples, format, movie, resolution, scene, camera, viewLayer, denoise } = options
  const parameters = { frames, frameStep, tiles, samples, format, movie, resolution, scene, camera, viewLayer, denoise }
  const check = options.check && (await sayCheck(cli, options.check, options.takeUnchecked === true))
  const asks =
    options.budget === undefined && !options.yes && !json && io.stdin.isTTY === true && io.stdout.isTTY === true
  return {
    app: 'blender',
    parameters: { file: path, ...given(parameters) },
    outDir,
    budgetWei: options.budget ?? null,
    deadlineMs: options.deadline,
    confirm: options.estimate === true || asks,
    ...(options.private ? { isPrivate: true } : {}),
    ...(check === undefined ? {} : { check }),
    ...(options.auditors === undefined ? {} : { auditors: options.auditors }),
    ...(options.offerTimeout === undefined ? {} : { offerTimeoutMs: options.offerTimeout }),
  }
}

function given(parameters: Record<string, string | number | undefined>): Record<string, string | number> {
  const entries = Object.entries(parameters).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined,
  )
  return Object.fromEntries(entries)
}

/** `golem-out/scene-20261122-2150`, in the local time of whoever looks for it. */
function defaultOut(path: string, nowMs: number): string {
  const now = new Date(nowMs)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`
  return join('golem-out', `${basename(path, extname(path))}-${day}-${time}`)
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  const readable =
    found?.isFile() &&
    (await access(path, constants.R_OK).then(
      () => true,
      () => false,
    ))
  if (readable) return
  const message = found === null ? `There is no file ${path}.` : `${path} is no file that can be read.`
  throw new GolemError({ code: 'FILE_MISSING', message, remedy: 'Check the path.' })
}

/** Writes a file there and removes it: permissions alone do not tell whether a disk is full or read-only. */
async function requireFolder(path: string): Promise<void> {
  const probe = join(path, `.golem-${process.pid}`)
  try {
    await makeFolder(path)
    await (await open(probe, 'wx')).close()
    await rm(probe)
  } catch (cause) {
    throw new GolemError({
      code: 'FOLDER_UNWRITABLE',
      message: `Nothing can be written to the folder ${path}.`,
      remedy: 'Choose another with --out.',
      cause,
    })
  }
}
