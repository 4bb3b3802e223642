/** Rows as columns of equal width, two spaces apart; the last column is left as it is. */
export function align(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  const cell = (row: readonly string[], i: number) => (i === row.length - 1 ? row[i] : row[i]?.padEnd(widths[i] ?? 0))
  return rows
    .map((row) =>
      row
        .map((_, i) => cell(row, i))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
