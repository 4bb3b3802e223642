/** A daemon for tests of its end: starts one sandbox, says so, and waits to be killed. */
import { readFile } from 'node:fs/promises'
import type { SandboxSpec } from '@golem/ports'
import { createOciSandbox } from '../src/index.ts'
import { nextLine } from './place.ts'

const [stateDir = '', runtime = '', specFile = '', isFrozen = ''] = process.argv.slice(2)
const sandbox = await createOciSandbox({}, { stateDir, runtime })
const spec = JSON.parse(await readFile(specFile, 'utf8')) as SandboxSpec
const run = await sandbox.start(spec)
await nextLine(run)
if (isFrozen === 'frozen') await run.freeze()
process.stdout.write('running\n')
await run.exited
