// What `golem doctor` starts where no daemon runs: finds one thing, and says for which home; or ends without a word.
import { reportToParent } from '@golem/node/report'

const home = process.argv[2] ?? ''
if (home.endsWith('broken')) throw new RangeError('out of order')
await reportToParent({ checks: [{ name: 'sandbox', ok: false, detail: `none for ${home}`, remedy: 'Install runc.' }] })
process.exit()
