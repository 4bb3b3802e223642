/** Where this room says what it does. Facts are plain data: peer, protocol, topic. */
export type NetworkLogger = {
  debug(message: string, facts?: Record<string, unknown>): void
  info(message: string, facts?: Record<string, unknown>): void
  warn(message: string, facts?: Record<string, unknown>): void
}

export const silentLogger: NetworkLogger = { debug: () => {}, info: () => {}, warn: () => {} }
