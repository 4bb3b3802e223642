/** What the command line says, as commander reads it by `options.ts`. */
export type UpOptions = {
  provide?: true
  runtime?: string
  cores?: number
  price?: string
  unpaid?: string
  priority?: 'lowest' | 'normal'
  dev?: true
  devDir?: string
  rpcUrl?: string
  chainId?: number
  token?: string
  payments?: string
  glmPerEth?: number
  passwordFile?: string
  bootstrap?: string[]
  listen?: string[]
  announce?: string[]
  mdns?: boolean
  upnp?: boolean
  relay?: boolean
  storage?: number
  gateway?: string[]
  bitswap?: boolean
  port?: number
  offerTimeout?: number
  foreground?: true
  open: boolean
}
