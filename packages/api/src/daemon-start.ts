import type { ApiFile } from './api-file.ts'
import type { Check, Problem } from './schemas/index.ts'

/**
 * How a daemon is started: the one argument of its program, as JSON. What is left out has the daemon's default; the
 * daemon checks all of it.
 */
export type DaemonStart = {
  /** Absolute: keys, store, content, api.json and daemon.log; made where missing. */
  home: string
  /** Begins to lend this machine's cores. Left out: as it was said last, here or through the API. */
  provide?: boolean | undefined
  /** Uses an embedded development chain. Its money is worth nothing. */
  dev?: boolean | undefined
  /** Where the development chain lives; daemons that share the folder share the chain. Default: `dev` in `home`. */
  devDir?: string | undefined
  /** Uses the chain and the peers of the private grid that `grid.json` in the home names. */
  grid?: boolean | undefined
  /** A chain that runs elsewhere, with the contracts on it. */
  rpcUrl?: string | undefined
  /** Its id, where it is known: another is refused, whatever answers at that address. */
  chainId?: number | undefined
  token?: string | undefined
  /** Default: where this release puts it for the token. */
  payments?: string | undefined
  /** The chain is named by who starts the daemon, and not by what its home remembers. Default: true. */
  isChainNamed?: boolean | undefined
  /** The OCI runtime: `auto` (the safest that works), or a name on PATH or a path. Default: auto. */
  runtime?: string | undefined
  /** Cores lent. Default: as it was said last; all but one at first. */
  cores?: number | undefined
  /** Decimal text, for one core-hour of the reference machine. Default: as it was said last; 0.1 GLM at first. */
  pricePerCoreHourWei?: string | undefined
  /** Decimal text: what a requestor may owe under one agreement. Default: an hour of the lent cores. */
  unpaidLimitWei?: string | undefined
  /** Of what is lent: `lowest` computes with what the machine's own programs leave. Default: lowest. */
  priority?: 'lowest' | 'normal' | undefined
  /**
   * Where peers reach this node; port 0 picks a free one. Default: all interfaces, by TCP, WebSocket and WebRTC, on the
   * ports of the last run where they are free.
   */
  listen?: string[] | undefined
  /** What to tell peers instead of the addresses listened on, behind a router that forwards ports. */
  announce?: string[] | undefined
  /** Peers to dial first. */
  bootstrap?: string[] | undefined
  /** Finds peers in the local network by multicast DNS. Default: true. */
  mdns?: boolean | undefined
  /** Asks the router to forward ports, by UPnP. Default: true, but not on a development chain. */
  upnp?: boolean | undefined
  /** Relays for peers that nobody can dial, once others have dialled this node. Default: true. */
  relay?: boolean | undefined
  /** What content may take on the disk. Default: 50 GiB. */
  storageBytes?: number | undefined
  /** HTTP gateways, asked for content that no peer has; they learn what is asked for. Default: none. */
  gateways?: string[] | undefined
  /** Lets other IPFS nodes connect and fetch content. Default: true. */
  bitswap?: boolean | undefined
  /** Of the HTTP interface on loopback; 0, the default, picks a free one. */
  port?: number | undefined
  /** What an ETH is worth in GLM, to weigh gas by. Default: 1,000, as in the crowdfunding; 0 on a development chain. */
  glmPerEth?: number | undefined
  /** Absolute; its first line is the password of the key. Default: `GOLEM_PASSWORD`, else it is asked for. */
  passwordFile?: string | undefined
  /** How long a job waits for its first offer, where the job does not say. */
  offerTimeoutMs?: number | undefined
}

/** The one message of the program that looks at a machine without starting a daemon. */
export type CheckReport = { checks: Check[] }

/**
 * What a daemon says to the process that started it, over its IPC channel: questions, each answered by one
 * `{ answer }`, and at last how the start went.
 */
export type DaemonReport<Ready = ApiFile> = { question: DaemonQuestion } | { ready: Ready } | { problem: Problem }

/** `open`: of the key that is there; `new`: for a key that has none yet. `wrong`: the last one was. */
export type DaemonQuestion = { password: { use: 'open' | 'new'; before: 'first' | 'wrong' } } | { confirm: string }
/** null where nobody can be asked. */
export type DaemonAnswer = string | boolean | null
