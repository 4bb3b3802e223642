import { readApiFile } from '@golem/api/api-file'
import { createClient } from '@golem/api/client'
import { CommanderError } from 'commander'
import type { Act, Cli } from './cli.ts'
import { describeFailure, isHelpUnasked } from './describe-failure.ts'
import { homeOf } from './home-of.ts'
import type { Io } from './io.ts'
import { createProgram } from './program.ts'
import { plainText } from './views/plain-text.ts'

/** 0: done, 1: failed, 2: wrong usage or bad input. */
export type ExitCode = 0 | 1 | 2

type GlobalOptions = { home?: string; json?: true }

/** Runs one command line. Never throws: what fails is told on stderr, or as the one document of --json. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  // Asked for here too, because a command line that cannot be parsed still has to be answered in JSON.
  const json = argv.includes('--json')
  let exitCode: ExitCode = 0

  const act: Act = async (handler) => {
    const { home } = program.opts<GlobalOptions>()
    const cli: Cli = {
      io,
      home: homeOf(home, io),
      json,
      client: createClient(() => readApiFile(cli.home)),
    }
    const outcome = await handler(cli)
    io.stdout.write(json ? `${JSON.stringify(outcome.value, null, 2)}\n` : withNewline(outcome.text))
    if (outcome.problem !== undefined && !json) io.stderr.write(withNewline(`golem: ${plainText(outcome.problem)}`))
    exitCode = outcome.exitCode ?? 0
  }
  const program = createProgram(act, io)

  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    const failure = describeFailure(error)
    if (isHelpUnasked(error) && !json) io.stderr.write(`${program.helpInformation()}\n`)
    if (json) io.stdout.write(`${JSON.stringify({ error: failure.problem }, null, 2)}\n`)
    else io.stderr.write(withNewline(failure.text))
    return failure.exitCode
  }
}

const withNewline = (text: string) => (text === '' || text.endsWith('\n') ? text : `${text}\n`)
