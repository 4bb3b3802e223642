import type { Choices } from './choices.ts'
import type { Scene } from './scene.ts'

export type ChoicesProps = {
  scene: Scene
  choices: Choices
  problems: { budget: boolean; deadline: boolean; tiles: boolean; patience: boolean }
  onChange: (change: Partial<Choices>) => void
  /** What has to be looked at in the file again. */
  onLook: (extra: Record<string, string>) => void
}
