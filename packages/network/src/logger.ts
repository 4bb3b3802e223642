/** Where this room says what it does; a pino logger fits. Facts are plain data: peer, protocol, topic. */
export type NetworkLogger = {
  debug(facts: Record<string, unknown>, message: string): void
  info(facts: Record<string, unknown>, message: string): void
  warn(facts: Record<string, unknown>, message: string): void
}

export const silentLogger: NetworkLogger = { debug: () => {}, info: () => {}, warn: () => {} }
