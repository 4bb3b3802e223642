import type { Check } from '@golem/api'
import { type GolemError, outboundOf } from '@golem/protocol'
import type { DaemonParts } from './daemon-parts.ts'

/** Whether this node serves demands for an application, and what keeps it from doing so. */
export async function examineApp(
  { apps, sandbox, lending, grants, policy }: DaemonParts,
  wanted: string,
): Promise<Check[]> {
  const app = apps.loaded.find(({ manifest, manifestCid }) => manifest.name === wanted || manifestCid === wanted)
  if (app === undefined) return [absent(wanted, apps.troubles[0])]
  const checks: Check[] = [{ name: 'application', ok: true, detail: `${app.title}, ${app.manifestCid}` }]
  const unsupported = sandbox.part?.decline({ runtime: app.manifest.runtime, outbound: outboundOf(app.manifest) })
  checks.push(checkOf('sandbox', 'It can be confined here.', sandbox.trouble ?? unsupported ?? null))
  checks.push(checkOf('policy file', policy.path, policy.problem()))
  await grants.refresh([app])
  const forbidden = grants.declineApp(app, { isHired: false })
  checks.push(
    checkOf(
      'policy',
      'It is granted.',
      forbidden && { ...forbidden, remedy: `Change it with \`golem policy set\`, or in ${policy.path}.` },
    ),
  )
  checks.push({ name: 'limits', ok: true, detail: boundsOf(app, grants.limitsOf(app)) })
  const { allow } = policy.current()
  if (allow.requestors.length > 0) {
    checks.push({ name: 'requestors', ok: true, detail: `Only ${allow.requestors.length} requestors are served.` })
  }
  const status = lending.provider()?.status()
  checks.push(
    status === undefined
      ? {
          name: 'lending',
          ok: false,
          detail: 'This node does not lend.',
          remedy: 'Begin with `golem provide`.',
        }
      : { name: 'lending', ok: status.state !== 'failed', detail: `${status.state}: ${status.reason}` },
  )
  if (status !== undefined) {
    const glm = Number(status.pricePerCoreHourWei) / 1e18
    checks.push({
      name: 'price',
      ok: true,
      detail: `Demands that pay less than ${glm} GLM a core-hour are not answered.`,
    })
  }
  return checks
}

function absent(wanted: string, trouble: GolemError | undefined): Check {
  return {
    name: 'application',
    ok: false,
    detail: `There is no application ${wanted} here.${trouble === undefined ? '' : ` ${trouble.message}`}`,
    remedy: trouble?.remedy ?? 'Install it; `golem status` names those that are.',
  }
}

const checkOf = (
  name: string,
  fine: string,
  trouble: { message: string; remedy?: string | undefined } | null,
): Check =>
  trouble === null
    ? { name, ok: true, detail: fine }
    : { name, ok: false, detail: trouble.message, ...(trouble.remedy === undefined ? {} : { remedy: trouble.remedy }) }

/** What it asked for, and what of that is cut by the policy. */
function boundsOf(
  { manifest }: { manifest: { limits: Record<string, number> } },
  granted: Readonly<Record<string, number>>,
): string {
  const cut = Object.entries(manifest.limits).filter(([name, asked]) => (granted[name] ?? asked) < asked)
  if (cut.length === 0) return 'It has all that it asks for.'
  return `It asks for more than it gets: ${cut.map(([name, asked]) => `${name} ${granted[name]} of ${asked}`).join(', ')}.`
}
