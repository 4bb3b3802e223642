import type { SandboxSpec } from '@golem/ports'
import { GolemError } from '@golem/protocol'

/**
 * Why a program of this kind is not run here, or null where it is.
 *
 * @param options.canUnpack whether there is what images need
 * @param options.canReachOut whether a program can be given named hosts and nothing else
 */
export function decline(
  { runtime, outbound }: Pick<SandboxSpec, 'runtime' | 'outbound'>,
  { canUnpack, canReachOut }: { canUnpack: boolean; canReachOut: boolean },
): GolemError | null {
  if (runtime.kind !== 'oci') return unsupported(`This sandbox runs no ${runtime.kind} modules.`)
  if (runtime.root === 'image' && !canUnpack) {
    return unsupported('Images cannot be unpacked here: umoci is missing.', 'Install it: apt-get install umoci')
  }
  if (outbound.length > 0 && !canReachOut) {
    return unsupported(
      'A program that names hosts needs crun or runc, and the program ip.',
      'Install them: apt-get install --no-install-recommends crun iproute2; and leave --runtime out, or name one of them.',
    )
  }
  return null
}

const unsupported = (
  message: string,
  remedy = 'Run golem doctor: it says what this machine can confine.',
): GolemError => new GolemError({ code: 'SANDBOX_UNSUPPORTED', message, remedy })
