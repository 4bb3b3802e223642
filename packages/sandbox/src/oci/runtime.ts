import type { Hierarchy } from './find-hierarchy.ts'

/** What is known of a runtime by its name; any other that takes runc's command line fits too. */
export type RuntimeKind = 'crun' | 'runc' | 'runsc' | 'other'

/** A runtime with what it has to work with. */
export type Runtime = {
  kind: RuntimeKind
  /** As people call it: `crun`, or the name of the file. */
  name: string
  path: string
  user: 'root' | 'ordinary'
  /** null: the kernel bounds neither memory nor processes for us. */
  hierarchy: Hierarchy | null
  /** A tree that this runtime stumbles over, or null. */
  hiddenTree: string | null
  /** How gVisor catches system calls; null for other runtimes. */
  platform: 'kvm' | 'systrap' | 'ptrace' | null
}
