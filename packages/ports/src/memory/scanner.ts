import { GolemError } from '@golem/protocol'
import type { Scanner } from '../scanner.ts'
import type { MemoryDisk } from './storage.ts'

/** Knows one program: the one that all scanners are tested with, and that harms nobody. */
export function memoryScanner(disk: MemoryDisk): Scanner {
  const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)
  return {
    scan: async (path, signal) => {
      signal?.throwIfAborted()
      if (!disk.has(path)) throw new GolemError({ code: 'SCAN_FAILED', message: `There is no ${path}.` })
      return [...disk].flatMap(([file, bytes]) =>
        bytes !== null && isBelow(file, path) && new TextDecoder().decode(bytes).includes(EICAR)
          ? [{ path: file, name: 'Eicar-Test' }]
          : [],
      )
    },
  }
}

/** In two parts, so that no scanner stumbles over this file. @see https://www.eicar.org/download-anti-malware-testfile/ */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')
