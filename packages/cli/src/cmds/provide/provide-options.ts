/** What the command line says, as commander reads it by `options.ts`. */
export type ProvideOptions = {
  cores?: number
  memory?: number
  disk?: number
  price?: string
  when?: 'always' | 'idle' | 'schedule'
  schedule?: string
  idleAfter?: number
  onReturn?: 'throttle' | 'freeze'
  onBattery?: boolean
  onMetered?: boolean
  priority?: 'lowest' | 'normal'
  pause?: number
  resume?: true
  off?: true
}
