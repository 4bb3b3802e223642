import type { SandboxSpec } from '@golem/ports'
import { GolemError } from '@golem/protocol'

/** Why a program of this kind is not run here, or null where it is. @param canUnpack whether there is what images need */
export function decline(
  { runtime, outbound }: Pick<SandboxSpec, 'runtime' | 'outbound'>,
  { canUnpack }: { canUnpack: boolean },
): GolemError | null {
  if (runtime.kind !== 'oci') return unsupported(`This sandbox runs no ${runtime.kind} modules.`)
  if (runtime.root === 'image' && !canUnpack) {
    return unsupported('Images cannot be unpacked here: umoci is missing.', 'Install it: apt-get install umoci')
  }
  if (outbound.length > 0) return unsupported('This sandbox gives no program a network.')
  return null
}

const unsupported = (
  message: string,
  remedy = 'Run golem doctor: it says what this machine can confine.',
): GolemError => new GolemError({ code: 'SANDBOX_UNSUPPORTED', message, remedy })
