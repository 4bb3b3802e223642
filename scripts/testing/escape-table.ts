/** One attempt to leave a sandbox, as a file of the suite leaves it (packages/sandbox/escape/record.ts). */
export type Attempt = {
  group: string
  name: string
  /** What it got where nothing stops it, or why that was not shown. */
  outside: string
  /** How each sandbox stopped it. */
  stopped: Record<string, string>
}

const HEAD = `# Ways out of the sandbox, and what stops them

Made by \`npm run test:escape\`, which makes every attempt under each runtime; not to be changed by hand. "Outside" says
whether the very same attempt works where nothing stops it, as root and on the machine that ran the suite; what a machine
does not have cannot be shown on it. Below a runtime stands what the attempt got there: an error of the kernel, the limit
that ended it, or why what it made was not taken. What this does not show: [SECURITY.md](../../SECURITY.md).
`

/** The document, with a table for each group in the order in which they came. */
export function escapeTable(attempts: readonly Attempt[]): string {
  const shown = attempts.filter(({ outside }) => outside.startsWith('works')).length
  const groups = [...new Set(attempts.map(({ group }) => group))]
  const sections = groups.map((group) => {
    const rows = attempts.filter((attempt) => attempt.group === group)
    const runtimes = [...new Set(rows.flatMap(({ stopped }) => Object.keys(stopped)))].sort()
    const lines = [
      ['attempt', 'outside', ...runtimes],
      ['---', '---', ...runtimes.map(() => '---')],
      ...rows.map(({ name, outside, stopped }) => [name, outside, ...runtimes.map((each) => stopped[each] ?? '')]),
    ]
    return `## ${group}\n\n${lines.map((cells) => `| ${cells.map(plain).join(' | ')} |`).join('\n')}\n`
  })
  return [HEAD, `${attempts.length} attempts, ${shown} of them shown to work outside.\n`, ...sections].join('\n')
}

/** Whatever is not seen is written out: an attack's name must not do to its reader what it did not do to us. */
const plain = (cell: string): string =>
  cell
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ')
    .replace(/[\p{Cc}\p{Cf}\uFFFD]/gu, (hidden) => `\\u{${hidden.codePointAt(0)?.toString(16)}}`)
