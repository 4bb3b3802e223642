import { checkMachine } from './check-machine.ts'
import { reportToParent } from './report.ts'

// `check.ts HOME`: tells its parent what this machine can run, and ends. For `golem doctor` where no daemon runs.
await reportToParent({ checks: await checkMachine(process.argv[2] ?? '') })
process.exit()
