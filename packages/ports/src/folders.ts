/** The few things the roles do with folders of the host. Paths are absolute; names are relative without "..". */
export type Folders = {
  /** Makes an empty folder of this node's own, `name` such as `sessions/ab12/in`, and the folders above it. */
  make(name: string): Promise<string>
  join(folder: string, ...names: string[]): string
  /** Removes a tree. Idempotent. */
  remove(path: string): Promise<void>
  exists(path: string): Promise<boolean>
  /** Puts every file of a tree into another, existing one: by hard link where it can, else by copy. Existing files stay. */
  linkTree(source: string, target: string): Promise<void>
  /**
   * Copies one regular file of the person's disk, so that later changes to it change no running job.
   *
   * @param allows asked of the path with its links resolved, because a link may lead anywhere
   * @returns `missing` where there is no such readable file, `refused` where there is and it is not allowed
   */
  copyFile(
    source: string,
    target: string,
    allows?: (path: string) => boolean,
  ): Promise<'copied' | 'missing' | 'refused'>
  /** The bytes of a file of this node's own. @throws {RangeError} where it has more than `maxBytes` */
  readFile(path: string, options: { maxBytes: number }): Promise<Uint8Array>
  /**
   * Puts a finished file where the person wants it, whole or not at all; replaces an older one.
   *
   * @throws {GolemError} `FOLDER_UNWRITABLE`, `DISK_FULL`
   */
  deliver(source: string, folder: string, name: string): Promise<void>
}
