/**
 * A stream of bytes from a text: sfc32 over a 128-bit hash of it. Equal texts give equal streams on every machine. It
 * is no secret, and a program must not take it for one.
 *
 * @see https://pracrand.sourceforge.net (sfc32)
 */
export function seededRandom(seed: () => string): (target: Uint8Array) => void {
  let state: [number, number, number, number] | null = null
  const next = (): number => {
    state ??= hash128(seed())
    const [a, b, c, counter] = state
    const value = (a + b + counter) | 0
    state = [b ^ (b >>> 9), (c + (c << 3)) | 0, (((c << 21) | (c >>> 11)) + value) | 0, (counter + 1) | 0]
    return value
  }
  return (target) => {
    for (let position = 0; position < target.length; position += 4) {
      const word = next()
      for (let offset = 0; offset < 4 && position + offset < target.length; offset += 1)
        target[position + offset] = word >>> (8 * offset)
    }
  }
}

/** Four multiply-and-mix lanes over the text's code units, each mixed to the end (murmur3's finaliser). */
function hash128(text: string): [number, number, number, number] {
  const lanes: [number, number, number, number] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x7f4a7c15]
  const factors = [0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f, 0x165667b1] as const
  for (let position = 0; position < text.length; position += 1) {
    const unit = text.charCodeAt(position)
    for (let lane = 0; lane < 4; lane += 1) {
      const mixed = Math.imul((lanes[lane] as number) ^ unit, factors[lane] as number)
      lanes[lane] = mixed ^ (mixed >>> 15) ^ (lanes[(lane + 1) & 3] as number)
    }
  }
  return lanes.map((lane, position) => {
    let mixed = lane ^ text.length ^ Math.imul(position + 1, 0x9e3779b9)
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return mixed ^ (mixed >>> 16)
  }) as [number, number, number, number]
}
