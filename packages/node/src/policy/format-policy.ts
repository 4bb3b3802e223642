type Value = string | number | boolean | readonly string[]
/** What a file says, as it says it: "4GiB" stays "4GiB". */
export type PolicyValues = { [key: string]: Value | { [key: string]: Value } }

/** The keys of the file in their order, with what they mean; a key with a dot is in a table. */
export const POLICY_KEYS: readonly { key: string; about: string; example: string }[] = [
  {
    key: 'run',
    about: 'Applications: "listed" (in allow), "certified" (also by a validator) or "any".',
    example: '"any"',
  },
  { key: 'validators', about: 'Whose certificates in the registry are believed.', example: '["0x…"]' },
  {
    key: 'network',
    about: 'Hosts that programs may reach: "never", "listed" (in hosts) or "any".',
    example: '"never"',
  },
  { key: 'hosts', about: 'Names with their ports.', example: '["example.org:443"]' },
  { key: 'gpu', about: 'Whether programs may ask for a GPU.', example: 'false' },
  {
    key: 'scan',
    about:
      'Malware in inputs and images: "auto" looks by clamd where it runs, "clamscan" always and slower, and refuses what it cannot look through; "off".',
    example: '"auto"',
  },
  { key: 'allow.apps', about: 'Applications by name or CID.', example: '["blender"]' },
  { key: 'allow.authors', about: 'Their authors.', example: '["0x…"]' },
  { key: 'allow.requestors', about: 'Only these are served, where there are any.', example: '["0x…"]' },
  { key: 'allow.providers', about: 'Hired whatever others say of them.', example: '["0x…"]' },
  { key: 'deny.apps', about: 'Never run; wins over allow.', example: '["…"]' },
  { key: 'deny.authors', about: 'Nor anything of theirs.', example: '["0x…"]' },
  { key: 'deny.requestors', about: 'Never served.', example: '["0x…"]' },
  { key: 'deny.providers', about: 'Never hired.', example: '["0x…"]' },
  {
    key: 'blacklist.follow',
    about: 'Whose blacklists count, for what is lent and for whom this node hires.',
    example: '["0x…"]',
  },
  {
    key: 'blacklist.mode',
    about: 'Whom they name: "auto" is not worked with, "warn" is told of in the log, "off" is like any.',
    example: '"auto"',
  },
  {
    key: 'blacklist.appeal',
    about: 'So long an entry of theirs can be answered before it acts; what runs is never ended by one.',
    example: '"24h"',
  },
  {
    key: 'blacklist.publish',
    about:
      'Whom this node names on its own list, for its gas: "nobody", or "convicted", whom a panel of stakers convicted, or two auditors of its own work.',
    example: '"nobody"',
  },
  {
    key: 'max.memory',
    about: 'Of one program; the smaller of this and what it asks. WebAssembly that asks for more is not run.',
    example: '"4GiB"',
  },
  { key: 'max.cores', about: 'Of one program.', example: '1' },
  { key: 'max.processes', about: 'Of one program.', example: '64' },
  { key: 'max.time', about: 'Of one subtask.', example: '"1h"' },
  { key: 'max.disk', about: 'Of one program.', example: '"16GiB"' },
  { key: 'max.all_disk', about: 'Of all programs together.', example: '"50GiB"' },
  { key: 'max.input', about: 'Of one subtask.', example: '"8GiB"' },
  { key: 'max.output', about: 'Of one subtask.', example: '"4GiB"' },
  { key: 'max.files', about: 'In the output of one subtask.', example: '4096' },
  { key: 'max.file', about: 'Of one file.', example: '"4GiB"' },
  { key: 'max.log', about: 'Of what one program prints.', example: '"1MiB"' },
]

/** `policy.toml` with every key: what is not set stands there as a comment with an example. */
export function formatPolicy(values: PolicyValues): string {
  const lines = [
    '# What this node grants to the programs it runs for others, and whom it works with. Changes count from the next subtask on.',
  ]
  let table = ''
  for (const { key, about, example } of POLICY_KEYS) {
    const [head = '', tail] = key.split('.')
    if (tail !== undefined && head !== table) {
      table = head
      lines.push('', `[${table}]`)
    }
    const value = saidOf(values, key)
    lines.push(
      `# ${about}`,
      `${value === undefined ? `# ${tail ?? head} = ${example}` : `${tail ?? head} = ${toml(value)}`}`,
    )
  }
  return `${lines.join('\n')}\n`
}

export function saidOf(values: PolicyValues, key: string): Value | undefined {
  const [head = '', tail] = key.split('.')
  const found = values[head]
  if (tail === undefined) return found as Value | undefined
  return typeof found === 'object' && !Array.isArray(found) ? (found as { [key: string]: Value })[tail] : undefined
}

/** TOML's strings, numbers and arrays are JSON's. */
const toml = (value: Value): string =>
  typeof value === 'object' ? `[${value.map((each) => JSON.stringify(each)).join(', ')}]` : JSON.stringify(value)
