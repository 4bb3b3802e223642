import { resolve } from 'node:path'
import type { Cli, Outcome } from '../../cli.ts'
import { untilInterrupted } from '../../until-interrupted.ts'
import { align } from '../../views/align.ts'
import { formatBytes } from '../../views/format-bytes.ts'

export type AddOptions = { pin: boolean; profile?: 'unixfs-v1-2025' | 'unixfs-v0-2015' }
export type FromOptions = { from?: string[] }
export type OutOptions = FromOptions & { out?: string }

export async function addData(cli: Cli, path: string, { pin, profile }: AddOptions): Promise<Outcome> {
  const what = /^https?:\/\//.test(path) ? { url: path } : { path: resolve(cli.io.cwd, path) }
  const body = { ...what, pin, ...(profile === undefined ? {} : { profile }) }
  const value = await untilInterrupted(cli, (signal) => cli.client.addData(body, { signal }))
  return { value, text: `${value.cid}  ${formatBytes(value.sizeBytes)}` }
}

export async function getData(cli: Cli, cid: string, { out, from = [] }: OutOptions): Promise<Outcome> {
  const path = resolve(cli.io.cwd, out ?? cid)
  const value = await untilInterrupted(cli, (signal) => cli.client.writeData(cid, { path, from }, { signal }))
  return { value, text: `${formatBytes(value.sizeBytes)} in ${path}` }
}

export async function exportData(cli: Cli, cid: string, { out, from = [] }: OutOptions): Promise<Outcome> {
  const path = resolve(cli.io.cwd, out ?? `${cid}.car`)
  const value = await untilInterrupted(cli, (signal) => cli.client.exportData(cid, { path, from }, { signal }))
  return { value, text: `${formatBytes(value.sizeBytes)} in ${path}` }
}

export async function importData(cli: Cli, file: string, { pin }: AddOptions): Promise<Outcome> {
  const body = { path: resolve(cli.io.cwd, file), pin }
  const value = await untilInterrupted(cli, (signal) => cli.client.importData(body, { signal }))
  const rows = value.roots.map(({ cid, sizeBytes, isWhole }) => [cid, isWhole ? formatBytes(sizeBytes) : 'in part'])
  const isPartial = value.roots.some(({ isWhole }) => !isWhole)
  return {
    value,
    text: rows.length === 0 ? 'The file names no roots; its blocks are here.' : align(rows),
    ...(isPartial ? { problem: 'Not all of it was in the file; `golem data get` fetches the rest.' } : {}),
  }
}

export async function listData({ client }: Cli, cid?: string): Promise<Outcome> {
  if (cid !== undefined) {
    const value = await client.listData(cid)
    const rows = value.entries.map((entry) => [
      entry.cid,
      formatBytes(entry.sizeBytes),
      entry.kind === 'folder' ? `${entry.name}/` : entry.name,
    ])
    return { value, text: rows.length === 0 ? 'A file, or an empty folder.' : align(rows) }
  }
  const value = await client.showData()
  const rows = value.pinned.map(({ cid, sizeBytes, isWhole, owners }) => [
    cid,
    isWhole ? formatBytes(sizeBytes) : 'in part',
    `kept for ${owners.join(', ')}`,
  ])
  const room = `${formatBytes(value.usedBytes)} of ${formatBytes(value.maxBytes)} used.`
  return { value, text: rows.length === 0 ? `Nothing is kept. ${room}` : `${align(rows)}\n${room}` }
}

export async function pinData(cli: Cli, cid: string, { from = [] }: FromOptions): Promise<Outcome> {
  const value = await untilInterrupted(cli, (signal) => cli.client.pinData(cid, { from }, { signal }))
  return { value, text: `${formatBytes(value.sizeBytes)} kept.` }
}

export async function unpinData({ client }: Cli, cid: string): Promise<Outcome> {
  await client.unpinData(cid)
  return { value: {}, text: 'Let go. It stays until its room is needed, or `golem data gc`.' }
}

export async function clearData({ client }: Cli): Promise<Outcome> {
  const value = await client.clearData()
  return { value, text: `${formatBytes(value.bytes)} in ${value.blocks} blocks removed.` }
}
