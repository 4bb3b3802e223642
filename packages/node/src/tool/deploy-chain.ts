import { type Account, type Deployment, deploy, openAccount, prepareDeployment, type TokenSource } from '@golem/chain'
import { type Address, formatGlm, GolemError, type Signer, type Wei } from '@golem/protocol'

export type DeployRequest = {
  rpcUrl: string
  /** Contracts for a token that exists; else a crowdfunding makes one. */
  token?: Address | undefined
  crowdfunding: {
    minimumWei: Wei
    capWei: Wei
    forS: number
    company?: Address | undefined
    teamLockS: number
    /** The same terms from the same second on are the same token: so it is gone on with. Default: the chain's present. */
    startsAtS?: number | undefined
  }
}

export type Deployed = {
  chainId: number
  token: Address
  payments: Address
  contracts: { name: string; address: Address; isNew: boolean }[]
  transactions: number
  feeWei: string
}

/** What would be made, before any of it is. */
export type Begun = { token: Address; startsAtS: number }

const DAY_S = 86_400

/** Where money of people is asked for. */
type Components = {
  signer: Signer
  agree: (what: string, begun: Begun) => Promise<boolean>
  signal: AbortSignal
  /** Of the signer on that chain, where one is open already; else one is opened for this. */
  account?: Account
}

/**
 * Makes what a chain lacks of the contracts, once its price was agreed to.
 *
 * @throws {GolemError} `CONSENT_MISSING`, `FUNDS_MISSING`, `TOKEN_MISSING`, chain errors
 */
export async function deployChain(
  { signer, agree, signal, account: open }: Components,
  request: DeployRequest,
): Promise<Deployed> {
  const account = open ?? (await openAccount({ rpcUrl: request.rpcUrl, signer }, { signal }))
  try {
    const startsAtS = request.crowdfunding.startsAtS ?? (await nowS(account))
    const prepared = await prepareDeployment(account, sourceOf(request, startsAtS, signer.address))
    const { missing, feeWei, token } = prepared
    if (missing.length > 0) {
      const heldWei = await account.reading(() => account.client.getBalance({ address: signer.address }))
      if (heldWei < feeWei) throw tooPoor(signer.address, account.chainId, heldWei, feeWei)
      const what = `${about(prepared, request)} on chain ${account.chainId}.\n${gas(feeWei)}`
      if (!(await agree(what, { token, startsAtS }))) throw unwanted(what)
    }
    const receipts = await deploy(account, prepared).catch((cause: unknown) => {
      throw interrupted(cause, request.rpcUrl, token)
    })
    return {
      chainId: account.chainId,
      token,
      payments: prepared.payments,
      contracts: prepared.contracts.map((each) => ({
        name: each.name,
        address: each.address,
        isNew: missing.includes(each),
      })),
      transactions: receipts.length,
      feeWei: receipts.reduce((sum, receipt) => sum + receipt.feeWei, 0n).toString(),
    }
  } finally {
    if (open === undefined) await account.stop()
  }
}

async function nowS({ reading, client }: Account): Promise<number> {
  const { timestamp } = await reading(() => client.getBlock())
  return Number(timestamp)
}

function sourceOf({ token, crowdfunding }: DeployRequest, startsAtS: number, self: Address): TokenSource {
  if (token !== undefined) return { token }
  const { minimumWei, capWei, forS, company = self, teamLockS } = crowdfunding
  const team = [{ member: company, share: 1 }]
  return { crowdfunding: { startsAtS, endsAtS: startsAtS + forS, minimumWei, capWei, company, teamLockS, team } }
}

function about({ missing, token }: Deployment, { token: existing, crowdfunding }: DeployRequest): string {
  const names = missing.map(({ name }) => name).join(', ')
  if (existing !== undefined) return `Deploys ${names} for the token ${token}`
  const { capWei, minimumWei, forS } = crowdfunding
  const time = forS < 2 * DAY_S ? `${Math.round(forS / 360) / 10} h` : `${Math.round(forS / DAY_S)} days`
  const terms = `takes ${eth(minimumWei)} to ${eth(capWei)} within ${time}`
  return `Deploys ${names}, and a token whose crowdfunding ${terms},`
}

const gas = (feeWei: Wei): string => `Gas: about ${eth(feeWei)}.`
const eth = (wei: Wei): string => `${formatGlm(wei, 9)} ETH`

const unwanted = (what: string): GolemError =>
  new GolemError({ code: 'CONSENT_MISSING', message: what, remedy: 'Nothing was done. To do it, say --yes.' })
const tooPoor = (address: Address, chainId: number, heldWei: Wei, feeWei: Wei): GolemError =>
  new GolemError({
    code: 'FUNDS_MISSING',
    message: `${address} has ${eth(heldWei)} on chain ${chainId}; deploying takes about ${eth(feeWei)}.`,
    remedy: 'Send ETH to that address, the one of this home.',
  })

/** Terms hang on the time: to begin again would make another token. */
function interrupted(cause: unknown, rpcUrl: string, token: Address): unknown {
  if (!(cause instanceof GolemError)) return cause
  const { code, message } = cause
  const remedy = `Once that is mended, go on with \`golem chain deploy --rpc ${rpcUrl} --token ${token}\`.`
  return new GolemError({ code, message, remedy, cause })
}
