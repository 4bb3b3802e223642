import type { Check } from '@golem/api'
import { readApiFile } from '@golem/api/api-file'
import { GolemError } from '@golem/protocol/errors'
import type { Cli, Outcome } from '../../cli.ts'
import { isAlive } from '../../is-alive.ts'
import { plainText } from '../../views/plain-text.ts'
import { checkMachine } from './check-machine.ts'

/** The daemon examines the machine; where none runs, the program does that it would be started with. */
export async function examine(cli: Cli, app?: string): Promise<Outcome> {
  const file = await readApiFile(cli.home)
  const runs = file !== null && isAlive(file.pid)
  const checks = runs ? await daemonChecks(cli.client, app) : await machineChecks(cli, app)
  return { value: { checks }, text: checksText(checks), exitCode: checks.every(({ ok }) => ok) ? 0 : 1 }
}

async function daemonChecks(client: Cli['client'], app: string | undefined): Promise<Check[]> {
  try {
    const { checks } = await client.doctor(app)
    return [{ name: 'daemon', ok: true, detail: 'answers' }, ...checks]
  } catch (error) {
    if (!(error instanceof GolemError)) throw error
    const { message, remedy } = error
    return [{ name: 'daemon', ok: false, detail: message, ...(remedy === undefined ? {} : { remedy }) }]
  }
}

async function machineChecks({ io, home }: Cli, app: string | undefined): Promise<Check[]> {
  const start = 'Start it with `golem up`.'
  if (app !== undefined)
    return [{ name: 'daemon', ok: false, detail: 'Only a daemon knows its policy, and none runs.', remedy: start }]
  const checks = await checkMachine(io.checkEntry, home)
  return [{ name: 'daemon', ok: true, detail: `none runs. ${start}` }, ...checks]
}

export const checksText = (checks: readonly Check[]): string =>
  checks
    .flatMap(({ name, ok, detail, remedy }) => [
      `${ok ? 'ok  ' : 'FAIL'}  ${name}: ${plainText(detail)}`,
      ...(ok || remedy === undefined ? [] : [`      ${plainText(remedy)}`]),
    ])
    .join('\n')
