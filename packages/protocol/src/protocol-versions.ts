const VERSIONED = /^(\/golem\/[a-z0-9-]+)\/(\d{1,3})\.(\d{1,3})\.0$/

/**
 * The versions of a protocol that whoever speaks this one can speak, newest first: its own and every older minor one of
 * the same major. A new minor version may only add what the older one does without.
 *
 * @throws {TypeError} for a name that is none of ours
 * @example
 * protocolVersions('/golem/activity/1.2.0') // ['/golem/activity/1.2.0', '/golem/activity/1.1.0', '/golem/activity/1.0.0']
 */
export function protocolVersions(protocol: string): string[] {
  const [, name, major, minor] = VERSIONED.exec(protocol) ?? []
  if (name === undefined) throw new TypeError(`${protocol} is not written as /golem/name/1.0.0`)
  return Array.from({ length: Number(minor) + 1 }, (_, older) => `${name}/${major}.${Number(minor) - older}.0`)
}
