/**
 * Compiles the contracts and writes typed ABIs and bytecode to `src/generated`, which are committed: running a node
 * needs no compiler. `node contracts/build.ts` after every change of a contract.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { forge, repository } from './forge.ts'

/** File name in `src/generated` by contract. */
const contracts = {
  ApplicationRegistry: 'application-registry.ts',
  Blacklist: 'blacklist.ts',
  Crowdfunding: 'crowdfunding.ts',
  Disputes: 'disputes.ts',
  GolemToken: 'golem-token.ts',
  Payments: 'payments.ts',
  Stake: 'stake.ts',
  TeamLock: 'team-lock.ts',
} as const

const generated = join(import.meta.dirname, 'src/generated')

/** The generated sources of a fresh build, by path. */
export async function buildContracts(): Promise<Map<string, string>> {
  const run = await forge(['build', 'contracts/solidity'])
  if (!run.ok) throw new Error(run.output)
  return new Map(
    Object.entries(contracts).map(([name, file]) => {
      const artifact = JSON.parse(readFileSync(join(repository, `contracts/out/${name}.sol/${name}.json`), 'utf8'))
      return [join(generated, file), render(name, artifact)]
    }),
  )
}

type Artifact = {
  abi: unknown
  bytecode: { object: string }
  deployedBytecode: { object: string; immutableReferences?: Record<string, { start: number; length: number }[]> }
}

function render(name: string, { abi, bytecode, deployedBytecode }: Artifact): string {
  const variable = `${name[0]?.toLowerCase()}${name.slice(1)}`
  const places = Object.values(deployedBytecode.immutableReferences ?? {}).flat()
  const immutables = places.map(({ start, length }) => [start, length]).sort(([a = 0], [b = 0]) => a - b)
  return `// Written by contracts/build.ts from ${name}.sol; do not edit.
export const ${variable} = {
  abi: ${JSON.stringify(abi)},
  bytecode: '${bytecode.object}',
  deployed: '${deployedBytecode.object}',
  immutables: ${JSON.stringify(immutables)},
} as const
`
}

if (import.meta.main) {
  mkdirSync(generated, { recursive: true })
  for (const [path, text] of await buildContracts()) writeFileSync(path, text)
}
