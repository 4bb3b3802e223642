import type { Cli, Outcome } from '../../cli.ts'
import type { AppOptions } from './app-options.ts'

/** A link that lets one browser in, and a browser that follows it where there is one. */
export async function showApp(cli: Cli, { open }: AppOptions): Promise<Outcome> {
  const { url, expiresAtMs } = await cli.client.createLink()
  const opened = open && opensBrowser(cli, url)
  const text = `Golem App: ${url}\n${opened ? 'It opens in your browser.' : 'Open this link in a browser; it works once.'}`
  return { value: { url, expiresAtMs, opened }, text }
}

/** Only a person at a terminal wants a window to appear. */
export const opensBrowser = ({ io, json }: Pick<Cli, 'io' | 'json'>, url: string): boolean =>
  !json && io.stdout.isTTY === true && io.openUrl(url)
