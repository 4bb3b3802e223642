import type { Sandbox, SandboxRuntime, SandboxSpec } from '@golem/ports'
import { collect } from './collect.ts'

/** Several sandboxes as one: a program goes to the one for its kind. */
export function joinSandboxes(byKind: Readonly<Record<SandboxRuntime['kind'], Sandbox>>): Sandbox {
  const members = Object.values(byKind)
  const memberFor = ({ runtime }: Pick<SandboxSpec, 'runtime'>): Sandbox => byKind[runtime.kind]
  return {
    doctor: async () => (await Promise.all(members.map((member) => member.doctor()))).flat(),
    decline: (needs) => memberFor(needs).decline(needs),
    start: (spec, options) => memberFor(spec).start(spec, options),
    collect,
    stop: async () => {
      await Promise.all(members.map((member) => member.stop()))
    },
  }
}
