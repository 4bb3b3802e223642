import type { Plan } from '@golem/sdk'
import { type Estimate, unitsOf } from './estimate.ts'
import type { Inspection } from './inspect.ts'
import type { Parameters } from './parameters.ts'
import { runParams } from './run-params.ts'

/** Inputs whose results become one file. */
const PER_GROUP = 200

/** One subtask for each input, in groups that are written as soon as they are complete. */
export function split({
  parameters,
  inspection,
  estimate,
}: {
  parameters: Parameters
  inspection: Inspection
  estimate: Estimate
}): Plan {
  const { count } = inspection
  const units = unitsOf(estimate.secondsEach)
  const groupOf = (number: number): string => `${Math.floor(number / PER_GROUP)}`
  return {
    subtasks: Array.from({ length: count }, (_, number) => ({
      id: `${number}`,
      group: groupOf(number),
      label: `input ${number}`,
      request: { method: 'run', params: runParams(parameters, number) },
      units,
    })),
    groups: Array.from({ length: Math.ceil(count / PER_GROUP) }, (_, group) => {
      const first = group * PER_GROUP
      const last = Math.min(count, first + PER_GROUP) - 1
      return { id: `${group}`, label: `inputs ${first} to ${last}`, count: last - first + 1 }
    }),
    finish: false,
    check: { kind: 'exact', share: parameters.check },
  }
}
