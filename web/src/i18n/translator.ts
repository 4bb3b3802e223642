type Table = readonly (readonly [english: string, other: string])[]
type Rule = { pattern: RegExp; names: string[]; other: string }

/** A reason in a list in a sentence before another is as deep as the daemon's go. */
const DEPTH = 6

/**
 * Gives the daemon's sentences in another language, with what changes in them, or a list of a job's parts. What is not in the
 * table stays as it is.
 *
 * @example
 * translator([['{count#} frames', '{count}개 프레임']])('3 frames') // '3개 프레임'
 */
export function translator(table: Table): (text: string) => string {
  const rules = table.map(ruleOf)
  const whole = (text: string, depth: number): string | null => {
    if (depth === 0) return null
    for (const { pattern, names, other } of rules) {
      const found = pattern.exec(text)
      if (found === null) continue
      const values = new Map(names.map((name, index) => [name, found[index + 1] ?? '']))
      return other.replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = values.get(name) ?? ''
        return whole(value, depth - 1) ?? value
      })
    }
    return null
  }
  return (text) => {
    const parts = text.split(/, (?=frames? )/).map((part) => whole(part, DEPTH))
    if (parts.length > 1 && parts.every((part) => part !== null)) return parts.join(', ')
    return whole(text, DEPTH) ?? text
  }
}

function ruleOf([english, other]: Table[number]): Rule {
  const names: string[] = []
  const pattern = english
    .split(/\{(\w+#?)\}/)
    .map((piece, index) => {
      if (index % 2 === 0) return piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      names.push(piece.replace('#', ''))
      return piece.endsWith('#') ? '(\\d[\\d., -]*?)' : '(.+?)'
    })
    .join('')
  return { pattern: new RegExp(`^${pattern}$`, 's'), names, other }
}
