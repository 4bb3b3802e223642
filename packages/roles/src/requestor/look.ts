import type { Calibration, CheckStrategy, Comparison, Kernel } from '@golem/protocol'

/** How deliveries of one provider are looked at. */
export type Look = {
  comparison: Comparison
  strategy: CheckStrategy
  /** Which of the programs here looks; null for the machine's own. */
  kernel: Kernel | null
  /** What it was compared in; null across classes. */
  shown: Calibration | null
}
