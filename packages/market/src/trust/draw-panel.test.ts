import { asAddress, asBytes32 } from '@golem/protocol'
import { expect, it } from 'vitest'
import { drawPanel, panelCapture } from './draw-panel.ts'

const who = (byte: number) => asAddress(`0x${byte.toString(16).padStart(40, '0')}`)
const seed = (byte: number) => asBytes32(`0x${byte.toString(16).padStart(64, '0')}`)

it('draws by stake, however many keys it is spread over', () => {
  const rich = { id: who(1), agedWei: 500n }
  const many = Array.from({ length: 50 }, (_, index) => ({ id: who(index + 2), agedWei: 10n }))
  const seats = Array.from({ length: 100 }, (_, round) => drawPanel([rich, ...many], { seed: seed(round), seats: 10 }))
  const ofRich = seats.flat().filter((id) => id === rich.id).length
  expect(ofRich).toBeGreaterThan(400)
  expect(ofRich).toBeLessThan(600)
})

it('is the same for everybody, whatever the order, and draws past parties', () => {
  const stakers = [1, 2, 3].map((byte) => ({ id: who(byte), agedWei: BigInt(byte) }))
  const options = { seed: seed(1), seats: 9, without: new Set([who(3)]) }
  expect(drawPanel(stakers, options)).toEqual(drawPanel(stakers.toReversed(), options))
  expect(drawPanel(stakers, options)).not.toContain(who(3))
  expect(drawPanel([], options)).toEqual([])
})

it('is captured the less often the larger it is, below half of the stake', () => {
  expect(panelCapture(1, 0.2)).toBeCloseTo(0.2)
  expect(panelCapture(3, 0.2)).toBeCloseTo(3 * 0.2 ** 2 * 0.8 + 0.2 ** 3)
  expect(panelCapture(20, 0.2)).toBeLessThan(0.001)
  expect(panelCapture(5, 0)).toBe(0)
  expect(panelCapture(5, 1)).toBe(1)
})
