import { expect, it } from 'vitest'
import { readDemoArguments, renderArguments } from './demo-arguments.ts'

it("renders the demo's own scene into demo-out where nothing is said", () => {
  const args = readDemoArguments([], '/home/me')
  expect(args.file).toMatch(/scenes\/golem\.blend$/)
  expect(args.outDir).toBe('/home/me/demo-out')
  expect(args.renderFlags).toEqual(['--movie', 'mp4'])
})

it("finds a person's file wherever it stands, and passes every other flag on", () => {
  const args = readDemoArguments(['--frames', '1-4', 'a/b.blend', '--out', '../x', '--tiles', '2x2'], '/home/me')
  expect(args.file).toBe('/home/me/a/b.blend')
  expect(args.outDir).toBe('/home/x')
  expect(renderArguments(args)).toEqual([
    '/home/me/a/b.blend',
    '--out',
    '/home/x',
    '--frames',
    '1-4',
    '--tiles',
    '2x2',
    '--movie',
    'mp4',
  ])
})

it('takes a value of a flag for no file, and a file that is no .blend for the file', () => {
  expect(readDemoArguments(['--frames', '1-4'], '/').file).toMatch(/golem\.blend$/)
  expect(readDemoArguments(['picture.png'], '/home/me').file).toBe('/home/me/picture.png')
})

it('makes the movie that was asked for', () => {
  expect(readDemoArguments(['--movie', 'webm'], '/').renderFlags).toEqual(['--movie', 'webm'])
  expect(readDemoArguments(['--movie=webm', '--out=/o'], '/').renderFlags).toEqual(['--movie=webm'])
})
