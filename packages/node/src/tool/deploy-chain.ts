import { type Account, type Deployment, deploy, openAccount, prepareDeployment, type TokenSource } from '@golem/chain'
import { type Address, formatGlm, GolemError, type Signer, type Wei } from '@golem/protocol'

export type DeployRequest = {
  rpcUrl: string
  /** Contracts for a token that exists; else a crowdfunding makes one. */
  token?: Address | undefined
  crowdfunding: { minimumWei: Wei; capWei: Wei; forS: number; company?: Address | undefined; teamLockS: number }
}

export type Deployed = {
  chainId: number
  token: Address
  payments: Address
  contracts: { name: string; address: Address; isNew: boolean }[]
  transactions: number
  feeWei: string
}

const DAY_S = 86_400

/** Where money of people is asked for. */
type Components = {
  signer: Signer
  agree: (what: string) => Promise<boolean>
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
    const { timestamp } = await account.reading(() => account.client.getBlock())
    const prepared = await prepareDeployment(account, sourceOf(request, Number(timestamp), signer.address))
    const { missing, feeWei } = prepared
    if (missing.length > 0) {
      const heldWei = await account.reading(() => account.client.getBalance({ address: signer.address }))
      if (heldWei < feeWei) throw tooPoor(signer.address, account.chainId, heldWei, feeWei)
      await consent(agree, `${about(prepared, request)} on chain ${account.chainId}.\n${gas(feeWei)}`)
    }
    const receipts = await deploy(account, prepared).catch((cause: unknown) => {
      throw interrupted(cause, request.rpcUrl, prepared.token)
    })
    return {
      chainId: account.chainId,
      token: prepared.token,
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

function sourceOf({ token, crowdfunding }: DeployRequest, nowS: number, self: Address): TokenSource {
  if (token !== undefined) return { token }
  const { minimumWei, capWei, forS, company = self, teamLockS } = crowdfunding
  const team = [{ member: company, share: 1 }]
  return { crowdfunding: { startsAtS: nowS, endsAtS: nowS + forS, minimumWei, capWei, company, teamLockS, team } }
}

function about({ missing, token }: Deployment, { token: existing, crowdfunding }: DeployRequest): string {
  const names = missing.map(({ name }) => name).join(', ')
  if (existing !== undefined) return `Deploys ${names} for the token ${token}`
  const { capWei, minimumWei, forS } = crowdfunding
  const time = forS < 2 * DAY_S ? `${Math.round(forS / 360) / 10} h` : `${Math.round(forS / DAY_S)} days`
  const terms = `takes ${eth(minimumWei)} to ${eth(capWei)} within ${time}`
  return `Deploys ${names}, and a token whose crowdfunding ${terms},`
}

async function consent(agree: (what: string) => Promise<boolean>, what: string): Promise<void> {
  if (await agree(what)) return
  throw new GolemError({ code: 'CONSENT_MISSING', message: what, remedy: 'Nothing was done. To do it, say --yes.' })
}

const gas = (feeWei: Wei): string => `Gas: about ${eth(feeWei)}.`
const eth = (wei: Wei): string => `${formatGlm(wei, 9)} ETH`

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
