import { createServer, type Server, type Socket } from 'node:net'

export type UnguardedComponents = {
  resolve(host: string): Promise<readonly string[]>
  dial(address: string, port: number): Socket
}

/**
 * A proxy as it is easily written, for showing that an attack works where nothing stops it: any host, its name asked for
 * once to be looked at and once more to be dialled, addresses in every spelling, headers believed, requests found anywhere.
 */
export function unguardedProxy({ resolve, dial }: UnguardedComponents): Server {
  return createServer((inside) => {
    inside.on('error', () => inside.destroy())
    let said = ''
    const read = async (bytes: Buffer): Promise<void> => {
      said += bytes.toString('latin1')
      const target = targetOf(said)
      if (target === null) return void inside.write('HTTP/1.1 405 Not Allowed\r\ncontent-length: 0\r\n\r\n')
      inside.off('data', onData)
      await resolve(target.host).catch(() => [])
      const addresses = await resolve(target.host).catch(() => [target.host])
      const outside = dial(addresses.at(-1) ?? target.host, target.port)
      outside.on('error', () => inside.destroy()).pipe(inside)
    }
    const onData = (bytes: Buffer): void => void read(bytes)
    inside.on('data', onData)
  })
}

/** The last one named, wherever it is named. */
function targetOf(text: string): { host: string; port: number } | null {
  const named = [...text.matchAll(/(?:CONNECT |http:\/\/|Host: )(\S+?)(?=[/\s])/g)].map(
    ([, target]) => target as string,
  )
  const asked = named.filter((target) => /:\d+$/.test(target) && !target.endsWith(':443'))
  const target = asked.at(-1)?.split('@').at(-1)
  if (target === undefined) return null
  const colon = target.lastIndexOf(':')
  return { host: plain(target.slice(0, colon).replace(/^\[|\]$/g, '')), port: Number(target.slice(colon + 1)) }
}

const plain = (host: string): string => (host === '2130706433' || host === '0177.0.0.1' ? '127.0.0.1' : host)
