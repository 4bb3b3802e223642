import type { ChildProcess } from 'node:child_process'
import { access } from 'node:fs/promises'
import { Server } from 'node:net'
import { extname, join } from 'node:path'
import type { Mount, SandboxSpec } from '@golem/ports'
import { DOOR_ENVIRONMENT } from './door.ts'
import { createOutboundProxy, type OutboundComponents, type OutboundProxy } from './outbound-proxy.ts'

/** What the host's own tools check certificates against; an image brings its own. */
const CERTIFICATES = '/etc/ssl/certs'

/** For `launchCommand`: what opens the door before the program starts. */
const OPENER = {
  node: process.execPath,
  program: join(import.meta.dirname, `open-door${extname(import.meta.filename)}`),
}

/** How one program reaches the hosts that it was granted. */
export type WayOut = {
  door: typeof OPENER
  /** The program's spec with what it needs to find the door. */
  spec: SandboxSpec
  /** Takes the door over from the process that opens it, which was started with a channel for messages. */
  attach(child: ChildProcess): void
  carried: OutboundProxy['carried']
  /** Ends all connections. Idempotent. */
  close(): void
}

/** null for a program that was granted no host. */
export async function wayOut(components: OutboundComponents, spec: SandboxSpec): Promise<WayOut | null> {
  if (spec.outbound.length === 0) return null
  const proxy = createOutboundProxy(components, { hosts: spec.outbound })
  const needsCertificates = spec.runtime.kind === 'oci' && spec.runtime.root === 'host-tools'
  const certificates: Mount[] =
    needsCertificates && (await exists(CERTIFICATES))
      ? [{ source: CERTIFICATES, target: CERTIFICATES, writable: false }]
      : []
  return {
    door: OPENER,
    spec: { ...spec, env: { ...DOOR_ENVIRONMENT, ...spec.env }, mounts: [...spec.mounts, ...certificates] },
    attach: (child) => {
      child.once('message', (_, door) => {
        if (door instanceof Server) proxy.serve(door)
        child.disconnect()
      })
    },
    carried: proxy.carried,
    close: proxy.close,
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
