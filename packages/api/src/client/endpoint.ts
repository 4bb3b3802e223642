/** Where a daemon answers, and the token of its owner: null in a page, whose browser shows a cookie. */
export type Endpoint = { url: string; token: string | null }

/** A daemon that is restarted has another address and token: those who outlive it give a function that looks again. */
export type EndpointSource = Endpoint | (() => Promise<Endpoint | null>)

/** null where there is no daemon to reach. */
export const resolveEndpoint = (source: EndpointSource): Promise<Endpoint | null> =>
  typeof source === 'function' ? source() : Promise.resolve(source)
