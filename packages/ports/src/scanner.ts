/** A file with a program that is known to be malicious, and how those who know it call it. */
export type Malware = { path: string; name: string }

/** Looks for programs that are known to be malicious. Nothing goes by it alone: what nobody knows yet, it does not find. */
export type Scanner = {
  /**
   * @param path a file or folder of the host, absolute
   * @returns what was found, or null where this machine looks for nothing
   * @throws {GolemError} `SCAN_FAILED`
   */
  scan(path: string, signal?: AbortSignal): Promise<Malware[] | null>
}
