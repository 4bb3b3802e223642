import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { NewVetting, SuspicionView, VettingView } from '@golem/api'
import { GolemError } from '@golem/protocol/errors'
import type { Cli, Outcome } from '../../cli.ts'
import { align } from '../../views/align.ts'
import { plainText } from '../../views/plain-text.ts'

export type VetOptions = { request?: string[]; inputs?: string; from?: string[] }

export async function vet(
  { client, io }: Cli,
  application: string,
  { request = [], inputs, from = [] }: VetOptions,
): Promise<Outcome> {
  const requests = (await Promise.all(request.map((path) => readRequests(resolve(io.cwd, path))))).flat()
  const value = await client.vet({
    ...{ application, requests, from },
    ...(inputs === undefined ? {} : { inputs: resolve(io.cwd, inputs) }),
  })
  return outcomeOf(value)
}

export async function showReport({ client }: Cli, report: string): Promise<Outcome> {
  return outcomeOf(await client.vetting(report))
}

const outcomeOf = (value: VettingView): Outcome => ({
  value,
  text: describe(value),
  exitCode: value.suspicions.length === 0 ? 0 : 1,
})

/** @throws {GolemError} `FILE_MISSING`, `OPTIONS_INVALID` */
async function readRequests(path: string): Promise<NonNullable<NewVetting['requests']>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new GolemError({ code: 'FILE_MISSING', message: `${path} cannot be read.`, remedy: 'Name a file.', cause })
  })
  try {
    const found: unknown = JSON.parse(text)
    // The daemon looks at the rest.
    return (Array.isArray(found) ? found : [found]) as NonNullable<NewVetting['requests']>
  } catch (cause) {
    throw new GolemError({
      code: 'OPTIONS_INVALID',
      message: `${path} is not JSON.`,
      remedy: 'Write {"method": "run", "params": {}} or a list of such.',
      cause,
    })
  }
}

const SUSPICIONS: Readonly<Record<SuspicionView['kind'], string>> = {
  network: 'reaches for a network that it does not ask for',
  escape: 'tries a way out of the sandbox',
  files: 'looks for files of others',
  machine: 'would change the machine',
  malware: 'has a program in it that is known to harm',
  processes: 'begins processes until it is refused, at most',
  limit: 'was ended by its own limit',
  unseen: 'tried more than is told apart, times',
}

const KINDS = { network: 'network', read: 'reads', write: 'writes', call: 'calls' } as const

function describe(value: VettingView): string {
  const { attempts, processes, requests, suspicions, untold } = value
  const rows = [
    ['application', `${plainText(value.application)} (${value.manifest})`],
    ['asks for', value.permissions.length === 0 ? 'nothing beside computing' : value.permissions.join(', ')],
    ['program', value.began === 'ready' ? 'began' : `did not begin: ${plainText(value.began)}`],
    ...requests.map(({ method, outcome }) => [plainText(method), plainText(outcome)]),
    ['processes', `${processes.started} with threads, at most ${processes.atMost} at once`],
    ['read', bytes(value.bytesRead)],
    ['wrote', bytes(value.bytesWritten)],
    ['memory', bytes(value.peakMemoryBytes)],
    [
      'malware',
      value.malware === null ? 'nobody looked (golem policy set scan clamscan)' : `${value.malware.length} found`,
    ],
    ['report', `${value.report}, signed by ${value.auditor}`],
  ]
  const tried = attempts.map(({ kind, what, times, allowed }) => [
    KINDS[kind],
    plainText(what),
    times === 1 ? 'once' : `${times} times`,
    allowed === 0 ? 'refused' : allowed === times ? 'allowed' : `${allowed} allowed`,
  ])
  const found = suspicions.map(({ kind, what }) => [SUSPICIONS[kind], plainText(what)])
  return [
    align(rows),
    tried.length === 0 ? 'It tried nothing beside computing.' : `Beside computing it tried:\n${align(tried)}`,
    ...(untold === 0 ? [] : [`… and ${untold} more.`]),
    found.length === 0
      ? 'Nothing of it is suspicious.'
      : `Suspicious, for what it asks for:\n${align(found)}\nWarn others of it: golem registry denounce … --reason ${value.report}`,
  ].join('\n')
}

const bytes = (count: number): string =>
  count < 1024
    ? `${count} B`
    : count < 1024 ** 2
      ? `${Math.round(count / 1024)} KiB`
      : `${Math.round(count / 1024 ** 2)} MiB`
