import type { Json, Part } from '@golem/sdk'
import { withMargin } from './cut-frame.ts'
import { frameFile, workOf } from './subtask-params.ts'

export type FrameTiles = { frame: number; tiles: Json[] }

/** Which delivered files make up which frame. */
export function framesOf(parts: readonly Part[], size: { width: number; height: number }): FrameTiles[] {
  const tiles = new Map<number, Json[]>()
  for (const { subtask, folder } of parts) {
    const { frames, region, margin } = workOf(subtask)
    for (const frame of frames) {
      const tile: Json = {
        file: `${folder}/${frameFile(frame)}`,
        ...(region ? { region, delivered: withMargin(region, margin, size) } : {}),
      }
      tiles.set(frame, [...(tiles.get(frame) ?? []), tile])
    }
  }
  return [...tiles].sort(([a], [b]) => a - b).map(([frame, of]) => ({ frame, tiles: of }))
}
