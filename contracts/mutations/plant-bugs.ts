/**
 * Plants the bugs, one after another, in a copy of the contracts, and tells which tests catch each, as rows of the table in
 * contracts/README.md. Ends with code 1 where one goes unnoticed. `node contracts/mutations/plant-bugs.ts [words of bugs]`
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { forge, repository } from '../forge.ts'
import { type PlantedBug, plantedBugs } from './planted-bugs.ts'

export type Caught = PlantedBug & {
  /** Names of the tests that failed; none where the bug went unnoticed. */
  by: string[]
}

/** Folders of `contracts/test` that look at a file; the others do not use it. */
const TESTS: Readonly<Record<string, string>> = {
  'Payments.sol': 'payments',
  'FundingTree.sol': 'payments',
  'Incoming.sol': '{payments,stake}',
  'GolemToken.sol': 'token',
  'Crowdfunding.sol': 'token',
  'TeamLock.sol': 'token',
  'ApplicationRegistry.sol': 'lists',
  'Blacklist.sol': 'lists',
}

/** A bug shows soon or never, and compiles in half of the time when nothing is optimised. */
const QUICK = { FOUNDRY_FUZZ_RUNS: '64', FOUNDRY_INVARIANT_RUNS: '50', FOUNDRY_OPTIMIZER: 'false' } as const

export async function* plantBugs(bugs: readonly PlantedBug[]): AsyncGenerator<Caught> {
  const root = mkdtempSync(join(tmpdir(), 'golem-bugs-'))
  try {
    cpSync(join(repository, 'contracts'), join(root, 'contracts'), { recursive: true })
    symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'))
    for (const bug of bugs) {
      const path = join(root, 'contracts/solidity', bug.file)
      const sound = readFileSync(path, 'utf8')
      writeFileSync(path, planted(sound, bug))
      const tests = `contracts/test/${TESTS[bug.file] ?? 'stake'}/*`
      const run = await forge(['test', '--match-path', tests], { cwd: root, settings: QUICK })
      writeFileSync(path, sound)
      if (!/^Ran \d+ test/m.test(run.output)) throw new Error(`${bug.bug} does not compile:\n${run.output}`)
      yield { ...bug, by: failures(run.output) }
    }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** @throws {Error} where a text does not stand in the file exactly once */
export function planted(source: string, { bug, file, edits }: PlantedBug): string {
  return edits.reduce((text, [find, replace]) => {
    if (text.split(find).length !== 2) throw new Error(`${bug}: not exactly once in ${file}: ${find}`)
    return text.replace(find, () => replace)
  }, source)
}

/** An invariant's name stands alone below its failure, a test's beside it. */
function failures(output: string): string[] {
  const found = output.matchAll(/^\[FAIL.*\] (\w+)\(|^ (invariant_\w+)\(/gm)
  return [...new Set([...found].map(([, test, invariant]) => (invariant ?? test) as string))].sort()
}

if (import.meta.main) {
  const wanted = process.argv[2] ?? ''
  for await (const { file, bug, by } of plantBugs(plantedBugs.filter((each) => each.bug.includes(wanted)))) {
    const [first, second, ...others] = by.map((name) =>
      name.startsWith('invariant') ? 'the invariant' : `\`${name}\``,
    )
    const more = others.length === 0 ? [] : [`${others.length} more`]
    const list = [first, second, ...more].filter((each) => each !== undefined)
    console.log(`| ${file.replace('.sol', '')} | ${bug} | ${list.join(', ') || '**nothing**'} |`)
    if (by.length === 0) process.exitCode = 1
  }
}
