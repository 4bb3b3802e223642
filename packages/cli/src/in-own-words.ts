import type { Problem } from '@golem/api'

/** The options behind the API's fields, where a person can name them. */
const OPTIONS: Readonly<Record<string, string>> = {
  outDir: '--out',
  budgetWei: '--budget',
  deadlineMs: '--deadline',
  offerTimeoutMs: '--offer-timeout',
  amountWei: 'The amount',
}
const SEE_HELP = 'See `--help` of the command.'

/**
 * The daemon speaks of its API's fields, and an application of its parameters; whoever wrote a command line reads of
 * its options instead.
 */
export function inOwnWords({ code, message, remedy }: Problem): Problem {
  const keep = remedy === undefined ? { code, message } : { code, message, remedy }
  if (code === 'INPUT_INVALID') {
    const [, field = '', what = ''] = /^"(\w+)(?:\.\w+)*" is not understood: (.*)$/s.exec(message) ?? []
    const option = OPTIONS[field]
    return option === undefined ? keep : { code, message: `${option} is not understood: ${what}`, remedy: SEE_HELP }
  }
  if (code === 'PARAMETERS_INVALID') {
    // Parameters are options by another spelling: `frameStep` is `--frame-step`.
    const [, name, what] = /^(\w+): (.*)$/s.exec(message) ?? []
    if (name === undefined) return keep
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    return { code, message: `${option}: ${what}`, remedy: SEE_HELP }
  }
  return keep
}
