import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { faucet, joinDevChain } from '@golem/chain'
import { asAddress, parseGlm } from '@golem/protocol'

// Runs on a host: a development chain that other hosts reach too. `chain-host.ts FOLDER PORT` prints where it is, as one
// JSON line; each line of standard input is an address to be given money, and is echoed when that is done.
const [folder = '', port = ''] = process.argv.slice(2)
const BLOCK_MS = 500
const chain = await joinDevChain({ dir: folder })
const near = new URL(chain.rpcUrl)
const server = createServer((far) => {
  const local = connect(Number(near.port), near.hostname)
  far.on('error', () => local.destroy()).pipe(local)
  local.on('error', () => far.destroy()).pipe(far)
})
server.listen(Number(port), '0.0.0.0')
await once(server, 'listening')
const { settlement } = chain
// As on any chain that others keep, time passes in blocks: what is in one counts once five more are above it.
const mining = setInterval(() => {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'evm_mine', params: [] })
  fetch(chain.rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(() => {})
}, BLOCK_MS)
console.log(JSON.stringify({ token: settlement.token, payments: settlement.payments }))

const MONEY = { glmWei: parseGlm('1000'), ethWei: 10n ** 19n }
process.stdin.setEncoding('utf8')
for await (const lines of process.stdin) {
  for (const line of String(lines).split('\n').filter(Boolean)) {
    await faucet(chain, asAddress(line), MONEY)
    console.log(line)
  }
}
server.close()
clearInterval(mining)
await chain.leave()
process.exit(0)
