import { processIo } from './io.ts'
import { run } from './run.ts'

/** The `golem` command of this process. */
export async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), processIo())
}
