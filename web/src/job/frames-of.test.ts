import { expect, it } from 'vitest'
import { framesOf, type Part, previewUrl } from './frames-of.ts'

const part = (id: string, group: string, state: Part['state']): Part => ({
  id,
  group,
  label: id,
  state,
  provider: null,
  checked: null,
  priceWei: '0',
})
const result = (id: string, count: number, files: string[] = []) => ({ id, label: id, count, files, redone: 0 })

it('puts tiles together into frames, with their files and how far each is', () => {
  const frames = framesOf({
    list: [
      part('a', 'frame-1', 'accepted'),
      part('b', 'frame-1', 'accepted'),
      part('c', 'frame-2', 'accepted'),
      part('d', 'frame-2', 'running'),
      part('e', 'frame-10', 'waiting'),
      part('f', 'frame-11', 'checking'),
    ],
    results: [
      result('frame-1', 1, ['shot_0001.png', 'passes/depth_0001.png']),
      result('frame-2', 1),
      result('frame-10', 1),
      result('frame-11', 1),
    ],
  })
  expect(frames.map(({ name, state, accepted, output }) => [name, state, accepted, output])).toEqual([
    ['1', 'done', 2, 'shot_0001.png'],
    ['2', 'running', 1, null],
    ['10', 'waiting', 0, null],
    ['11', 'checking', 0, null],
  ])
  expect(frames.map((frame) => previewUrl('x', frame))).toEqual([
    '/v1/jobs/x/preview?group=frame-1&file=shot_0001.png',
    '/v1/jobs/x/preview?group=frame-2&of=1',
    null,
    null,
  ])
})

it('shows each of the frames that are computed together', () => {
  const frames = framesOf({
    list: [part('frames-1-9', 'frames-1-9', 'running'), part('frames-10-11', 'frames-10-11', 'accepted')],
    results: [result('frames-1-9', 5), result('frames-10-11', 2, ['0010.png', '0011.png'])],
  })
  expect(frames.map(({ name, state, output }) => [name, state, output])).toEqual([
    ...['1', '3', '5', '7', '9'].map((name) => [name, 'running', null]),
    ['10', 'done', '0010.png'],
    ['11', 'done', '0011.png'],
  ])
  expect(frames[0] && previewUrl('x', frames[0])).toBeNull()
})
