import { askSecret } from './ask-secret.ts'
import type { Io } from './io.ts'

export type PasswordQuestion = { use: 'open' | 'new'; before: 'first' | 'wrong' }

/** Asks at the terminal, a new one twice; null where there is no terminal, or nobody answers. */
export async function askPassword(io: Io, { use, before }: PasswordQuestion): Promise<string | null> {
  if (!io.stdin.isTTY) return null
  if (before === 'wrong') io.stdout.write('That password does not open the key.\n')
  if (use === 'open') return askSecret(io, 'Password of this node’s key: ')
  io.stdout.write('The key of this node is its money: it is encrypted under a password, which nobody can restore.\n')
  for (;;) {
    const password = await askSecret(io, 'New password: ')
    if (password === null) return null
    const again = await askSecret(io, 'The same again: ')
    if (again === null || again === password) return again
    io.stdout.write('These were two different passwords.\n')
  }
}
