import type { Act } from '@golem/api'
import { GolemError } from '@golem/protocol/errors'
import type { Cli, Outcome } from './cli.ts'
import { isAgreed } from './is-agreed.ts'
import { gas } from './views/format-amounts.ts'
import { plainText } from './views/plain-text.ts'

/** Of every command that costs gas. */
export type Agreement = { yes?: true }

/**
 * Shows what an act does and what its gas costs, asks, and has the daemon do it.
 *
 * @throws {GolemError} `CONSENT_MISSING` where nobody can be asked and --yes is not given
 */
export async function carryOut(cli: Cli, act: Act, { yes }: Agreement): Promise<Outcome> {
  const { client, io, json } = cli
  const quote = await client.quote(act)
  const about = plainText(quote.about)
  if (quote.transactions === 0) return { value: { about: quote.about, receipt: null }, text: about }
  const count = quote.transactions === 1 ? 'one transaction' : `${quote.transactions} transactions`
  const what = `${about}\nGas: about ${gas(quote.feeWei)} in ${count}.`
  if (yes === true) {
    if (!json) io.stdout.write(`${what}\n`)
  } else if (json || !io.stdin.isTTY) {
    throw new GolemError({ code: 'CONSENT_MISSING', message: what, remedy: 'To do it, say --yes.' })
  } else if (!(await isAgreed(cli, what))) {
    return { value: { about: quote.about, receipt: null }, text: 'Nothing was done.', exitCode: 1 }
  }
  const value = await client.act(act)
  const { receipt } = value
  const done = receipt === null ? 'There was nothing to do.' : `Done in ${receipt.hash}, gas ${gas(receipt.feeWei)}.`
  return { value, text: done }
}
