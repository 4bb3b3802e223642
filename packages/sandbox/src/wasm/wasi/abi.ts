/** Numbers of WASI preview 1. @see https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md */
export const ERRNO = {
  success: 0,
  acces: 2,
  badf: 8,
  exist: 20,
  fbig: 22,
  ilseq: 25,
  inval: 28,
  io: 29,
  isdir: 31,
  mfile: 33,
  nametoolong: 37,
  noent: 44,
  nospc: 51,
  notdir: 54,
  notempty: 55,
  notsock: 57,
  notsup: 58,
  perm: 63,
  rofs: 69,
  spipe: 70,
  notcapable: 76,
} as const
export type Errno = (typeof ERRNO)[keyof typeof ERRNO]

export const FILE_TYPE = { characterDevice: 2, directory: 3, regularFile: 4 } as const
export const RIGHT = { read: 1n << 1n, write: 1n << 6n } as const
export const ALL_RIGHTS = (1n << 30n) - 1n
export const OPEN_FLAG = { create: 1, directory: 2, exclusive: 4, truncate: 8 } as const
export const FD_FLAG = { append: 1 } as const
export const WHENCE = { set: 0, current: 1, end: 2 } as const
export const CLOCK = { realtime: 0, monotonic: 1 } as const
export const EVENT = { clock: 0, fdRead: 1, fdWrite: 2 } as const
export const SUBSCRIPTION_ABSOLUTE = 1
