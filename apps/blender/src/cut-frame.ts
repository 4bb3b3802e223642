import type { Region } from './worker-answers.ts'

type Size = { width: number; height: number }

/** Cuts a frame into columns x rows of nearly equal size, row by row from the top left. */
export function cutFrame({ width, height }: Size, columns: number, rows: number): Region[] {
  const xs = edges(width, Math.min(columns, width))
  const ys = edges(height, Math.min(rows, height))
  return pairs(ys).flatMap(([y0, y1]) => pairs(xs).map(([x0, x1]) => ({ x0, y0, x1, y1 })))
}

const edges = (length: number, count: number): number[] =>
  Array.from({ length: count + 1 }, (_, index) => Math.round((length * index) / count))

const pairs = (values: readonly number[]): [number, number][] =>
  values.slice(1).map((value, index) => [values[index] ?? 0, value])

/** `region` with a margin on every side, as far as the frame goes: what a provider delivers. */
export const withMargin = (region: Region, margin: number, { width, height }: Size): Region => ({
  x0: Math.max(0, region.x0 - margin),
  y0: Math.max(0, region.y0 - margin),
  x1: Math.min(width, region.x1 + margin),
  y1: Math.min(height, region.y1 + margin),
})

export const areaOf = ({ x0, y0, x1, y1 }: Region): number => (x1 - x0) * (y1 - y0)
