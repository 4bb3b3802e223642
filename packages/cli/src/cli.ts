import type { Client } from '@golem/api/client'
import type { Io } from './io.ts'

/** What a command's handler works with. */
export type Cli = {
  io: Io
  /** The daemon's home, absolute. */
  home: string
  json: boolean
  client: Client
}

/** What a command has to tell: `value` with --json, else `text`, and `problem` on stderr. */
export type Outcome = { value: unknown; text: string; problem?: string; exitCode?: 0 | 1 }

/** Runs a handler; each command's options are declared with it, and its handler imported only when it runs. */
export type Act = (handler: (cli: Cli) => Promise<Outcome>) => Promise<void>
