import { Command } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { example } from './arguments/example.ts'
import type { Act } from './cli.ts'
import { appCommand } from './cmds/app/options.ts'
import { auditCommand } from './cmds/audit/options.ts'
import { blacklistCommand } from './cmds/blacklist/options.ts'
import { chainCommand } from './cmds/chain/options.ts'
import { crowdfundCommand } from './cmds/crowdfund/options.ts'
import { dataCommand } from './cmds/data/options.ts'
import { disputeCommand } from './cmds/dispute/options.ts'
import { doctorCommand } from './cmds/doctor/options.ts'
import { downCommand } from './cmds/down/options.ts'
import { gridCommand } from './cmds/grid/options.ts'
import { imageCommand } from './cmds/image/options.ts'
import { jobCommand } from './cmds/job/options.ts'
import { jobsCommand } from './cmds/jobs/options.ts'
import { netCommand } from './cmds/net/options.ts'
import { offersCommand } from './cmds/offers/options.ts'
import { policyCommand } from './cmds/policy/options.ts'
import { provideCommand } from './cmds/provide/options.ts'
import { registryCommand } from './cmds/registry/options.ts'
import { renderCommand } from './cmds/render/options.ts'
import { stakeCommand } from './cmds/stake/options.ts'
import { statusCommand } from './cmds/status/options.ts'
import { trustCommand } from './cmds/trust/options.ts'
import { upCommand } from './cmds/up/options.ts'
import { walletCommand } from './cmds/wallet/options.ts'
import type { Io } from './io.ts'

/** The command line's grammar; it throws CommanderErrors instead of ending the process. */
export function createProgram(act: Act, io: Io): Command {
  const program = new Command('golem')
    .description('Computing power from many machines: rendered, checked, and paid for what was accepted.')
    .version(manifest.version, '-V, --version', 'which Golem this is')
    .option('--home <dir>', 'home folder of the daemon (default: $GOLEM_HOME, or ~/.golem)')
    .option('--json', 'one JSON document on stdout, errors too')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      // A wrong command line is told by `run`, in one sentence.
      writeErr: () => {},
    })
    .addHelpText(
      'after',
      example('golem up --dev', 'golem render scene.blend --frames 1-24 --budget 2', 'golem doctor'),
    )
    .showHelpAfterError(false)
    .exitOverride()
  const commands = [
    upCommand,
    appCommand,
    downCommand,
    statusCommand,
    provideCommand,
    renderCommand,
    jobsCommand,
    jobCommand,
    netCommand,
    gridCommand,
    offersCommand,
    walletCommand,
    dataCommand,
    imageCommand,
    policyCommand,
    registryCommand,
    blacklistCommand,
    trustCommand,
    auditCommand,
    stakeCommand,
    disputeCommand,
    crowdfundCommand,
    chainCommand,
    doctorCommand,
  ]
  for (const create of commands) program.addCommand(create(act))
  inherit(program)
  return program
}

/** Commands that were made apart know nothing of their parent's settings. */
function inherit(parent: Command): void {
  for (const command of parent.commands) inherit(command.copyInheritedSettings(parent))
}
