import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const FILE = 'listen.json'
const addresses = z.array(z.string().max(200)).min(1).max(16)

/** Where the last run listened, or null where there was none. */
export async function lastListen(home: string): Promise<string[] | null> {
  try {
    return addresses.parse(JSON.parse(await readFile(join(home, FILE), 'utf8')))
  } catch {
    return null
  }
}

/**
 * Keeps the ports that were free for the next run.
 *
 * @param asked addresses with port 0
 * @param listening what they have become, on each interface
 */
export async function rememberListen(
  home: string,
  asked: readonly string[],
  listening: readonly string[],
): Promise<void> {
  const kept = asked.map((address) => withPort(address, listening))
  await writeFile(join(home, FILE), `${JSON.stringify(kept)}\n`)
}

/** `/ip4/0.0.0.0/tcp/0/ws` with the port of the address that listens by the same means. */
export function withPort(address: string, listening: readonly string[]): string {
  const [, host = '', kind = '', rest = ''] = /^(.*)\/(tcp|udp)\/0(.*)$/.exec(address) ?? []
  const means = new RegExp(`/${kind}/(\\d+)${rest}(/certhash/.*|/p2p/.*)?$`)
  const port = listening.map((text) => means.exec(text)?.[1]).find((found) => found !== undefined)
  return port === undefined ? address : `${host}/${kind}/${port}${rest}`
}
