/** The keys of a policy's file in their order, set or as a comment; `max.memory` for one in a table. */
export function keysOf(text: string): string[] {
  let table = ''
  return text.split('\n').flatMap((line) => {
    const [, opened] = /^\[(\w+)\]$/.exec(line) ?? []
    if (opened !== undefined) table = `${opened}.`
    const [, key] = /^(?:# )?(\w+) = /.exec(line) ?? []
    return key === undefined ? [] : [`${table}${key}`]
  })
}
