import type { Check } from '@golem/api'
import { checksOf } from './checks-of.ts'
import type { DaemonParts } from './daemon-parts.ts'
import { moneyTroubles } from './money-troubles.ts'

/** What this machine can run, what is missing, and the remedy. */
export async function examineSelf({ sandbox, apps, chain, watch, network, lending }: DaemonParts): Promise<Check[]> {
  const checks: Check[] = [{ name: 'Node.js', ok: true, detail: process.version }]
  if (sandbox.trouble) checks.push(...checksOf('sandbox', sandbox.trouble))
  else checks.push(...(await sandbox.part.doctor()))
  for (const app of apps.loaded) checks.push({ name: app.name, ok: true, detail: `${app.title}. ${app.description}` })
  if (!sandbox.trouble) for (const trouble of apps.troubles) checks.push(...checksOf('application', trouble))
  checks.push(
    ...(await chain.now().then(
      (): Check[] => [{ name: 'chain', ok: true, detail: `chain ${chain.settlement.chainId} answers` }],
      (error: unknown) => checksOf('chain', error),
    )),
  )
  for (const { message, remedy } of moneyTroubles({ chain, watch })) {
    checks.push({ name: 'money', ok: false, detail: message, ...(remedy === undefined ? {} : { remedy }) })
  }
  const peers = network.peers().length
  checks.push({
    name: 'network',
    ok: peers > 0,
    detail: `${peers === 0 ? 'no' : peers} ${peers === 1 ? 'peer' : 'peers'} connected`,
    ...(peers > 0 ? {} : { remedy: 'Connect to a grid with `golem up --bootstrap ADDRESS`, or start another node.' }),
  })
  const { offsetMs } = (await network.report()).clock
  checks.push({
    name: 'clock',
    ok: offsetMs === 0,
    detail:
      offsetMs === 0
        ? 'agrees with peers'
        : `${Math.round(Math.abs(offsetMs) / 60_000)} minutes ${offsetMs < 0 ? 'ahead of' : 'behind'} most peers`,
    ...(offsetMs === 0 ? {} : { remedy: 'Set it; `timedatectl set-ntp true` keeps it right.' }),
  })
  const provider = lending.provider()
  if (provider !== null) {
    const { state, reason } = provider.status()
    checks.push({ name: 'lending', ok: state !== 'failed', detail: `${state}: ${reason}` })
  }
  const sight = lending.status()?.sight
  if (sight !== undefined && lending.settings().when === 'idle') {
    checks.push({
      name: 'input',
      ok: true,
      detail:
        sight.inputBy === null
          ? 'Nobody can be asked about keyboard and mouse here: the machine is idle by its load alone.'
          : `${sight.inputBy} tells when somebody is here.`,
    })
  }
  return checks
}
