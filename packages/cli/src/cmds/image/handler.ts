import { resolve } from 'node:path'
import type { Image } from '@golem/api'
import { GolemError } from '@golem/protocol/errors'
import type { Cli, Outcome } from '../../cli.ts'
import { align } from '../../views/align.ts'

export async function importImage({ client, io }: Cli, folder: string, name: string): Promise<Outcome> {
  const value = await client.addImage({ name, layout: resolve(io.cwd, folder) })
  return { value, text: kept(value) }
}

type Build = { name: string; command: string[]; env?: string[]; cwd: string }

export async function buildImage(
  { client, io }: Cli,
  folder: string,
  { name, command, env = [], cwd }: Build,
): Promise<Outcome> {
  const rootfs = resolve(io.cwd, folder)
  const value = await client.addImage({ name, rootfs, command, env: Object.fromEntries(env.map(variable)), cwd })
  return { value, text: kept(value) }
}

export async function listImages({ client }: Cli): Promise<Outcome> {
  const value = await client.images()
  const rows = value.map(({ name, sizeBytes, cid }) => [name, megabytes(sizeBytes), cid])
  return { value, text: rows.length === 0 ? 'No image is kept here.' : align(rows) }
}

export async function removeImage({ client }: Cli, name: string): Promise<Outcome> {
  await client.removeImage(name)
  return { value: {}, text: `${name} is kept no longer; its room is given away when it is needed.` }
}

const kept = ({ name, cid, sizeBytes }: Image): string => `Keeps ${name}, ${megabytes(sizeBytes)}: ${cid}`

const megabytes = (bytes: number): string => `${Math.max(1, Math.round(bytes / 1024 ** 2))} MiB`

function variable(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new GolemError({
    code: 'OPTIONS_INVALID',
    message: `--env ${text} is no variable.`,
    remedy: 'Write it as NAME=value.',
  })
}
