import type { Check } from '@golem/api'
import { GolemError } from '@golem/protocol/errors'
import type { Cli, Outcome } from '../../cli.ts'
import { plainText } from '../../views/plain-text.ts'

/** The daemon examines the machine; that it does not run is a finding too. */
export async function examine({ client }: Cli, app?: string): Promise<Outcome> {
  const checks = await daemonChecks(client, app)
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

export const checksText = (checks: readonly Check[]): string =>
  checks
    .flatMap(({ name, ok, detail, remedy }) => [
      `${ok ? 'ok  ' : 'FAIL'}  ${name}: ${plainText(detail)}`,
      ...(ok || remedy === undefined ? [] : [`      ${plainText(remedy)}`]),
    ])
    .join('\n')
