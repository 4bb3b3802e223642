import { createServer } from 'node:net'
import { DOOR } from './door.ts'

/**
 * A program of its own, run in the sandbox's network before the sandbox is: it listens there, hands the listening socket to
 * the daemon that started it, and ends. The daemon never enters that network, and nothing of the daemon's is in it.
 */
const server = createServer()
server.once('error', () => process.exit(1))
server.listen({ ...DOOR, exclusive: true }, () => process.send?.('door', server, {}, () => process.exit(0)))
