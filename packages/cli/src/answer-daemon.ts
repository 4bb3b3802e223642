import type { DaemonAnswer, DaemonQuestion } from '@golem/api/daemon-start'
import { askPassword } from './ask-password.ts'
import type { Cli } from './cli.ts'
import { isAgreed } from './is-agreed.ts'

/** What a process that this command has started is told when it asks. */
export const answerDaemon = (cli: Cli, question: DaemonQuestion): Promise<DaemonAnswer> =>
  'password' in question ? askPassword(cli.io, question.password) : isAgreed(cli, question.confirm)
