import { applicationRegistry, blacklist, crowdfunding, disputes, golemToken, payments, stake } from '@golem/contracts'
import { formatGlm, GolemError, type Hex } from '@golem/protocol'
import {
  BaseError,
  decodeErrorResult,
  HttpRequestError,
  InsufficientFundsError,
  SocketClosedError,
  TimeoutError,
} from 'viem'

const abi = [
  ...payments.abi,
  ...golemToken.abi,
  ...applicationRegistry.abi,
  ...blacklist.abi,
  ...crowdfunding.abi,
  ...stake.abi,
  ...disputes.abi,
] as const

/** What a person reads for each refusal of the contracts. */
const sentences: Readonly<Record<string, string>> = {
  RoundExists: 'A lock for exactly these channels and amounts exists already.',
  RoundUnknown: 'There is no such lock.',
  RoundLocked: 'The lock has not expired yet.',
  ExpiryInvalid: 'A lock must end in the future, within 366 days, and never earlier than before.',
  DepositMismatch: 'The token moved another amount than asked; such tokens are not supported.',
  TransfersClosed: 'The token does not move before its crowdfunding has succeeded.',
  ChannelInvalid: "A channel's royalty exceeds 20 %.",
  AlreadyPublished: 'This account has published that name and version before, and what is published never changes.',
  UnknownApplication: 'The registry has no such application.',
  NotAuthor: 'Only its author may do this.',
  AlreadyDeprecated: 'It was deprecated before.',
  TextInvalid: 'A text is empty, or too long for the contract: names and versions have 64 bytes, CIDs 128.',
  RoyaltyInvalid: 'A royalty is at most 20 %.',
  SubjectInvalid: 'That can be no subject of a list.',
  NotListed: 'The list has no such entry.',
  NotSubject: 'Only who is listed may answer.',
  TermsInvalid: 'The terms contradict one another.',
  NothingStaked: 'Nothing is at stake.',
  Exiting: 'An exit was requested: nothing can be added to the stake, and it cannot be requested again.',
  NotExited: 'No exit was requested, or it is not time yet.',
  NotArbiter: 'Who is accused put nothing at stake under these panels: they cannot judge it.',
  ArbiterInvalid: 'As long as something is at stake, its arbiter cannot be changed.',
  ClaimTooLarge: 'One claim burns at most a quarter of a stake.',
  ActOutsideWindow: 'That was too long ago: claims about it are taken no more.',
  SelfAccusation: 'Nobody accuses itself.',
  NotEligible: 'Only who has aged stake under these panels is drawn for them.',
  NotJuror: 'This account holds no seat in that panel.',
  NotLoser: 'Only the party that lost the round may appeal.',
  WrongPhase: 'The dispute is in another phase.',
  TooEarly: 'The block that draws the panel is not made yet.',
  SharesInvalid: 'Members and shares of the team contradict one another.',
  NotFunding: 'The crowdfunding takes nothing at present.',
  NotSuccessful: 'The crowdfunding has not succeeded.',
  AlreadyFinalized: 'The crowdfunding was finalized before.',
  NothingToRefund: 'There is nothing to refund: only who contributed gets it back, and only after a failure.',
}

/** Whether the chain could not be asked at all: it may have heard, or not. */
export const isUnreachable = (error: unknown): boolean =>
  error instanceof BaseError &&
  error.walk(
    (each) => each instanceof HttpRequestError || each instanceof TimeoutError || each instanceof SocketClosedError,
  ) !== null

/** A chain's address as a person is told it: what follows the host is often a key. */
export const shownUrl = (rpcUrl: string): string => new URL(rpcUrl).origin

/** Contracts refuse what has changed since it was looked at, or what nobody may do yet. */
const AGAIN = 'Look at the present state of what it is about, and try again when it allows it.'

/** Turns what viem throws into `CHAIN_UNREACHABLE`, `CHAIN_REVERTED` or `FUNDS_MISSING`. */
export function chainError(cause: unknown, rpcUrl: string): GolemError {
  if (cause instanceof GolemError) return cause
  if (!(cause instanceof BaseError)) throw cause
  if (isUnreachable(cause)) {
    return new GolemError({
      code: 'CHAIN_UNREACHABLE',
      message: `The chain at ${shownUrl(rpcUrl)} does not answer.`,
      remedy: 'Check that it runs and that the address is right; then try again.',
      cause,
    })
  }
  if (isGasMissing(cause)) return gasMissing(cause)
  const data = revertData(cause)
  if (data === null) {
    return new GolemError({
      code: 'CHAIN_REVERTED',
      message: `The chain refused: ${cause.shortMessage}`,
      remedy: AGAIN,
      cause,
    })
  }
  const { name, args } = decoded(data)
  const [first, second] = name === 'FreeBalanceTooLow' ? args : args.slice(1)
  if (name === 'FreeBalanceTooLow' || name === 'ERC20InsufficientBalance' || name === 'ERC20InsufficientAllowance') {
    const what =
      { FreeBalanceTooLow: 'free balance', ERC20InsufficientBalance: 'wallet' }[name as string] ?? 'allowance'
    return fundsMissing(what, BigInt(first as bigint), BigInt(second as bigint), cause)
  }
  return new GolemError({
    code: 'CHAIN_REVERTED',
    message: sentences[name] ?? `The contract refused: ${name}(${args.map(String).join(', ')}).`,
    remedy: AGAIN,
    data: { error: name, args: args.map(String) },
    cause,
  })
}

/** Too few tokens in `what`. */
export const fundsMissing = (what: string, haveWei: bigint, needWei: bigint, cause?: unknown): GolemError =>
  new GolemError({
    code: 'FUNDS_MISSING',
    message: `The ${what} holds ${formatGlm(haveWei)} GLM; ${formatGlm(needWei)} are needed.`,
    remedy:
      what === 'free balance'
        ? 'Deposit more, or wait until a lock expires.'
        : 'Send GLM to the address that `golem wallet` shows.',
    data: { haveWei: haveWei.toString(), needWei: needWei.toString() },
    ...(cause === undefined ? {} : { cause }),
  })

/** Too little ETH for gas. */
export const gasMissing = (cause?: unknown): GolemError =>
  new GolemError({
    code: 'FUNDS_MISSING',
    message: 'The account cannot pay for gas.',
    remedy: 'Send some ETH to the address that `golem wallet` shows.',
    ...(cause === undefined ? {} : { cause }),
  })

/** Another chain, or other contracts, than those that are trusted. */
export const mismatch = (message: string): GolemError =>
  new GolemError({
    code: 'CHAIN_MISMATCH',
    message,
    remedy: 'Check the address of the chain and those of the contracts.',
  })

const isGasMissing = (error: BaseError): boolean =>
  /insufficient funds/i.test(error.details) || error.walk((each) => each instanceof InsufficientFundsError) !== null

function revertData(error: BaseError): Hex | null {
  let found: Hex | null = null
  error.walk((each) => {
    const data = (each as { data?: unknown }).data
    if (typeof data === 'string' && /^0x[0-9a-f]{8,}$/i.test(data)) found = data as Hex
    return false
  })
  return found
}

function decoded(data: Hex): { name: string; args: readonly unknown[] } {
  try {
    const { errorName, args } = decodeErrorResult({ abi, data })
    return { name: errorName, args: args ?? [] }
  } catch {
    return { name: data.slice(0, 10), args: [] }
  }
}
