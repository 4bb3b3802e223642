import type { Connection, Stream } from '@libp2p/interface'
import type { GolemNode } from '../golem-node.ts'
import { STOP_PROTOCOL } from './relay-messages.ts'

/**
 * Takes relayed streams only from relays that this node has a place at. libp2p's handler would try to listen at whoever
 * sends one, each time, and keep a listener for each try (4.2.13).
 */
export async function guardStop(node: GolemNode, isUsed: (peerId: string) => boolean): Promise<void> {
  const { registrar } = node.services.parts
  const { handler, options } = registrar.getHandler(STOP_PROTOCOL)
  await registrar.unhandle(STOP_PROTOCOL)
  const guarded = (stream: Stream, connection: Connection) => {
    if (isUsed(connection.remotePeer.toString())) return handler(stream, connection)
    stream.abort(new Error('this node is not reached through you'))
  }
  await registrar.handle(STOP_PROTOCOL, guarded, options)
}
