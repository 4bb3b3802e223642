/**
 * What the lock file asks of this platform and npm has not installed, or installed otherwise.
 *
 * An optional package counts where it names its platform and that is this one; one that names none comes with another
 * that does, so its absence says nothing.
 *
 * @param {{packages: Record<string, object>}} lock package-lock.json
 * @param {{packages: Record<string, object>}} installed node_modules/.package-lock.json
 * @param {{os: string, cpu: string, libc: string | undefined}} platform
 * @returns {string[]} names
 */
export function missingPackages(lock, installed, platform) {
  const missing = []
  for (const [path, wanted] of Object.entries(lock.packages)) {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) continue
    const found = installed.packages[path]
    if (found === undefined && wanted.optional && !isFor(wanted, platform)) continue
    if (found === undefined || found.version !== wanted.version || found.integrity !== wanted.integrity) {
      missing.push(path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))
    }
  }
  return missing
}

function isFor(wanted, platform) {
  if (wanted.os === undefined && wanted.cpu === undefined) return false
  return fits(wanted.os, platform.os) && fits(wanted.cpu, platform.cpu) && fits(wanted.libc, platform.libc)
}

function fits(list, value) {
  if (list === undefined || value === undefined) return true
  const names = [list].flat()
  if (names.includes(`!${value}`)) return false
  return names.includes(value) || names.every((name) => name.startsWith('!'))
}
