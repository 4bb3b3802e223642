import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProviderPolicy } from '@golem/market'
import { GolemError } from '@golem/protocol'
import { parse } from 'smol-toml'
import { formatPolicy, POLICY_KEYS, type PolicyValues, saidOf } from './format-policy.ts'
import { policyFile, toPolicy } from './policy-schema.ts'

/** The provider's policy, as `policy.toml` in the home has it. */
export type PolicyStore = {
  readonly path: string
  /** As the file is now; the last that could be read, where it cannot. */
  current(): ProviderPolicy
  /** What is wrong with the file, while that is so. */
  problem(): GolemError | null
  text(): string
  /** Sets keys by the text that a person gives; an empty text takes one back. @throws {GolemError} `POLICY_INVALID` */
  set(changes: Readonly<Record<string, string>>): void
}

/**
 * Opens the policy; writes a file with every key as a comment where there is none.
 *
 * @throws {GolemError} `POLICY_INVALID` where the file cannot be read now
 */
export function openPolicy(home: string): PolicyStore {
  const path = join(home, 'policy.toml')
  if (statSync(path, { throwIfNoEntry: false }) === undefined) write(path, formatPolicy({}))
  let read = readPolicy(path)
  let stamp = stampOf(path)
  let problem: GolemError | null = null

  const refresh = (): void => {
    const now = stampOf(path)
    if (now === stamp) return
    stamp = now
    try {
      read = readPolicy(path)
      problem = null
    } catch (error) {
      if (!(error instanceof GolemError)) throw error
      problem = error
    }
  }

  return {
    path,
    current: () => {
      refresh()
      return read.policy
    },
    problem: () => {
      refresh()
      return problem
    },
    text: () => readFileSync(path, 'utf8'),
    set: (changes) => {
      const values = structuredClone(readPolicy(path).values)
      for (const [key, text] of Object.entries(changes)) put(values, key, text)
      const made = formatPolicy(values)
      parsePolicy(made, path)
      write(path, made)
    },
  }
}

/** Whole or not at all. */
function write(path: string, text: string): void {
  writeFileSync(`${path}.part`, text, { mode: 0o600 })
  renameSync(`${path}.part`, path)
}

/** '' where the file is gone. */
function stampOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? '' : `${found.mtimeNs} ${found.size} ${found.ino}`
}

type Read = { policy: ProviderPolicy; values: PolicyValues }

function readPolicy(path: string): Read {
  try {
    return parsePolicy(readFileSync(path, 'utf8'), path)
  } catch (error) {
    if (error instanceof GolemError) throw error
    throw invalid(path, `cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function parsePolicy(text: string, path: string): Read {
  let values: unknown
  try {
    values = parse(text)
  } catch (error) {
    throw invalid(path, `is no TOML: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`)
  }
  const result = policyFile.safeParse(values)
  if (result.success) return { policy: toPolicy(result.data), values: values as PolicyValues }
  const [issue] = result.error.issues
  const where = issue?.path.map(String).join('.') ?? ''
  throw invalid(path, `${where === '' ? '' : `says of ${where}: `}${issue?.message ?? 'it is invalid'}`)
}

/** A person's text as the kind of value that the key has now, or would have. */
function put(values: PolicyValues, key: string, text: string): void {
  const known = POLICY_KEYS.find((each) => each.key === key)
  if (known === undefined) {
    throw new GolemError({
      code: 'POLICY_INVALID',
      message: `A policy has no ${JSON.stringify(key)}.`,
      remedy: `It has: ${POLICY_KEYS.map((each) => each.key).join(', ')}.`,
    })
  }
  const [head = '', tail] = key.split('.')
  const table = tail === undefined ? values : ((values[head] ?? {}) as PolicyValues)
  if (tail !== undefined) values[head] = table as { [key: string]: string }
  const name = tail ?? head
  if (text.trim() === '') delete table[name]
  else if (known.example.startsWith('['))
    table[name] = text
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean)
  else if (text === 'true' || text === 'false') table[name] = text === 'true'
  else table[name] = /^\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (saidOf(values, key) === undefined && tail !== undefined && Object.keys(table).length === 0) delete values[head]
}

const invalid = (path: string, what: string): GolemError =>
  new GolemError({
    code: 'POLICY_INVALID',
    message: `The policy ${path} ${what}.`,
    remedy: 'Mend the file, or use `golem policy set`; `golem policy --help` names the keys.',
  })
