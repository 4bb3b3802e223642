import { describe, expect, it } from 'vitest'
import { describeFrames, parseFrames } from './frames.ts'
import { parameters } from './parameters.ts'

describe('parseFrames', () => {
  it('reads ranges and single frames, each once and in order', () => {
    expect(parseFrames('7,1-3,2', 1)).toEqual([1, 2, 3, 7])
  })
  it.each(['-3', '-3-4', '-3--1', '1--1'])('refuses "%s": frames begin at 0', (text) => {
    expect(() => parseFrames(text, 1)).toThrow('Frames begin at 0.')
    expect(() => parameters.parse({ file: '/a.blend', frames: text })).toThrow('frames begin at 0')
  })
  it('thins out every range by the step', () => {
    expect(parseFrames('1-9,20-25', 4)).toEqual([1, 5, 9, 20, 24])
  })
  it.each(['5-1', 'one', '', '1-999999'])('refuses "%s"', (text) => {
    expect(() => parseFrames(text, 1)).toThrow(expect.objectContaining({ code: 'FRAMES_INVALID' }))
  })
})

describe('describeFrames', () => {
  it('puts neighbours together', () => {
    expect(describeFrames([1, 2, 3, 7])).toBe('1-3, 7')
  })
  it('does not go on for ever', () => {
    expect(describeFrames([1, 3, 5, 7, 9, 11])).toBe('1, 3, 5, 7 and 2 more ranges')
  })
})
