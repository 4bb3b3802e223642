import { networkInterfaces } from 'node:os'

/** Looking costs 0.1 ms. */
const EVERY_MS = 3_000

/** Tells when the addresses of this machine have changed: another network, a cable, a VPN. Returns what ends it. */
export function watchInterfaces(onChange: () => void): () => void {
  let before = snapshot()
  const timer = setInterval(() => {
    const now = snapshot()
    if (now === before) return
    before = now
    onChange()
  }, EVERY_MS)
  return () => clearInterval(timer)
}

const snapshot = (): string =>
  Object.entries(networkInterfaces())
    .flatMap(([name, addresses]) => (addresses ?? []).map(({ address }) => `${name} ${address}`))
    .sort()
    .join('\n')
