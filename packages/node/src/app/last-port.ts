import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const FILE = 'port'

/** The port of the HTTP interface in the last run; 0 where there was none. */
export async function lastPort(home: string): Promise<number> {
  const port = Number(await readFile(join(home, FILE), 'utf8').catch(() => '0'))
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0
}

export const rememberPort = (home: string, port: number): Promise<void> => writeFile(join(home, FILE), `${port}\n`)
