/** Where a program finds its way out, inside a network of its own that has nothing else. */
export const DOOR = { host: '127.0.0.1', port: 3_128 } as const

const url = `http://${DOOR.host}:${DOOR.port}`

/** By which programs find it: most libraries for HTTP know some of these. */
export const DOOR_ENVIRONMENT: Readonly<Record<string, string>> = Object.fromEntries(
  ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].map((name) => [name, url]),
)
