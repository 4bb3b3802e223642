import type { SandboxSpec } from '@golem/ports'
import { GolemError } from '@golem/protocol'

/** Why a program of this kind is not run here, or null where it is. */
export function decline({ runtime, outbound }: Pick<SandboxSpec, 'runtime' | 'outbound'>): GolemError | null {
  if (runtime.kind !== 'oci') return unsupported(`This sandbox runs no ${runtime.kind} modules.`)
  if (runtime.root !== 'host-tools') return unsupported('This sandbox runs no images yet.')
  if (outbound.length > 0) return unsupported('This sandbox gives no program a network.')
  return null
}

const unsupported = (message: string): GolemError =>
  new GolemError({
    code: 'SANDBOX_UNSUPPORTED',
    message,
    remedy: 'Run golem doctor: it says what this machine can confine.',
  })
