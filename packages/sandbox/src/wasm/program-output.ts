/** Passes whole lines on as they come. */
export function lineOutput(answer: (line: string) => void, maxBytes: number) {
  const decoder = new TextDecoder()
  /** Of the line that has not ended. */
  let begun: string[] = []
  let taken = 0
  return {
    take: (bytes: Uint8Array): boolean => {
      taken += bytes.length
      if (taken > maxBytes) return false
      const [first = '', ...more] = decoder.decode(bytes, { stream: true }).split('\n')
      begun.push(first)
      for (const next of more) {
        answer(begun.join(''))
        begun = [next]
      }
      return true
    },
    isWithin: () => taken <= maxBytes,
  }
}

/** Keeps everything, up to a bound. */
export function byteOutput(maxBytes: number) {
  const pieces: Uint8Array[] = []
  let taken = 0
  return {
    take: (bytes: Uint8Array): boolean => {
      taken += bytes.length
      if (taken > maxBytes) return false
      pieces.push(bytes)
      return true
    },
    isWithin: () => taken <= maxBytes,
    bytes: (): Uint8Array => {
      if (pieces.length === 1) return pieces[0] as Uint8Array
      const whole = new Uint8Array(taken)
      let position = 0
      for (const piece of pieces) {
        whole.set(piece, position)
        position += piece.length
      }
      return whole
    },
  }
}

/** The last of what was printed. */
export function tailOutput(maxBytes: number) {
  let tail = new Uint8Array(0)
  return {
    take: (bytes: Uint8Array): void => {
      const joined = new Uint8Array(tail.length + bytes.length)
      joined.set(tail)
      joined.set(bytes, tail.length)
      tail = joined.slice(-maxBytes)
    },
    text: () => new TextDecoder().decode(tail),
  }
}
