/** Lists of items in the order in which they come, each as long as the limits allow; one that exceeds them stands alone. */
export function fitted<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  limits: { count: number; bytes: number },
): T[][] {
  const lists: T[][] = []
  let bytes = 0
  for (const item of items) {
    const size = sizeOf(item)
    const last = lists.at(-1)
    if (last === undefined || last.length >= limits.count || bytes + size > limits.bytes) {
      lists.push([item])
      bytes = size
    } else {
      last.push(item)
      bytes += size
    }
  }
  return lists
}

const encoder = new TextEncoder()

/** Bytes of a text as UTF-8. */
export const byteLength = (text: string): number => encoder.encode(text).length
