import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Check } from '@golem/api'
import { findAnvil } from '@golem/chain'
import type { Sandbox } from '@golem/ports'
import { PROGRAM_FOLDERS } from '@golem/roles'
import { createOciSandbox } from '@golem/sandbox'
import { type AppHost, startAppHost } from './apps/app-host.ts'
import { discoverApps } from './apps/discover-apps.ts'
import { toolsOf } from './apps/load-app.ts'
import { checkWritable } from './daemon/check-writable.ts'
import { checksOf } from './daemon/checks-of.ts'
import { randomness } from './daemon/parts/randomness.ts'
import { nodeFolders } from './folders.ts'

const silent = { error: () => {} }

/**
 * What a daemon would find on this machine, without one: Node, the home, the sandbox, each application with its tools, and the
 * development chain's program. Leaves nothing behind.
 */
export async function checkMachine(home: string): Promise<Check[]> {
  const folder = await mkdtemp(join(tmpdir(), 'golem-check-'))
  try {
    return [
      { name: 'Node.js', ok: true, detail: process.version },
      ...(await found('home', () => checkWritable(home).then(() => `${home} can be written`))),
      ...(await sandboxChecks(folder)),
      ...(await found('development chain', async () => `anvil is ${findAnvil()}`)),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function found(name: string, look: () => Promise<string>): Promise<Check[]> {
  try {
    return [{ name, ok: true, detail: await look() }]
  } catch (error) {
    return checksOf(name, error)
  }
}

async function sandboxChecks(folder: string): Promise<Check[]> {
  let sandbox: Sandbox
  try {
    sandbox = await createOciSandbox({}, { stateDir: join(folder, 'sandbox'), runtime: 'auto' })
  } catch (error) {
    return checksOf('sandbox', error)
  }
  try {
    const checks: Check[] = await sandbox.doctor()
    const folders = nodeFolders(join(folder, 'work'))
    await folders.make(PROGRAM_FOLDERS)
    for (const module of await discoverApps()) {
      const host = await startAppHost({ sandbox, logger: silent }, module)
      try {
        const components = { sandbox, folders, randomBytes: randomness }
        checks.push(...(await found(host.description.name, () => describe(components, host))))
      } finally {
        await host.stop()
      }
    }
    return checks
  } finally {
    await sandbox.stop()
  }
}

async function describe(components: Parameters<typeof toolsOf>[0], { description }: AppHost): Promise<string> {
  const tools = Object.entries(await toolsOf(components, description)).map((pair) => pair.join(' '))
  return [...tools, description.description].join('. ')
}
