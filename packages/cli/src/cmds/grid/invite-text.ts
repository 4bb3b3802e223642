import encodeQR from 'qr'
import type { Cli } from '../../cli.ts'

/** The link, and, where it fits the terminal, a code of it to be scanned. */
export function inviteText({ io }: Pick<Cli, 'io'>, invite: string): string {
  const code = encodeQR(invite, 'ascii', { ecc: 'low', border: 2 }).trimEnd()
  const width = code.split('\n')[0]?.length ?? 0
  const lines = [
    'On each machine that shall be in it:',
    '',
    `  golem grid join '${invite}'`,
    '',
    'Whoever has this invite is a member: send it as you would send a password.',
  ]
  if (io.stdout.isTTY !== true || (io.stdout.columns ?? 80) < width) return lines.join('\n')
  return [...lines, '', code].join('\n')
}
