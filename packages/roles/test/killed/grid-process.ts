// A grid in one process that says on stdout which vouchers leave whom, in the moment before they do; to be killed.
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Channel, Network } from '@golem/ports'
import { parseGlm, providerMessage, requestorMessage } from '@golem/protocol'
import { createGrid } from '../grid.ts'
import { durableStore } from './durable-store.ts'

const folder = process.argv[2] ?? '.'
const say = (who: string, amountWei: bigint) => writeSync(1, `${who} ${amountWei}\n`)

function heed(channel: Channel): Channel {
  return {
    ...channel,
    send: async (bytes) => {
      const json = JSON.parse(new TextDecoder().decode(bytes)) as unknown
      const asked = requestorMessage.safeParse(json)
      const answered = providerMessage.safeParse(json)
      if (asked.success && asked.data.type === 'accept') say('requestor', asked.data.voucher.amountWei)
      if (answered.success && answered.data.type === 'voucher-stored') say('provider', answered.data.amountWei)
      await channel.send(bytes)
    },
  }
}

const grid = createGrid()
const join_ = grid.net.join
Object.assign(grid.net, {
  join: (who: Parameters<typeof join_>[0]): Network => {
    const network = join_(who)
    return {
      ...network,
      open: async (...args) => heed(await network.open(...args)),
      handle: (protocol, options, handler) => network.handle(protocol, options, (channel) => handler(heed(channel))),
    }
  },
})
const nodeIn = (name: string) => ({ ...grid.newNode(), store: durableStore(join(folder, name)) })
await grid.provider({ node: nodeIn('provider'), cores: 4 })
const { requestor, node } = await grid.requestor(nodeIn('requestor'))
for (let job = 0; ; job++) {
  node.disk.set('/home/count', new TextEncoder().encode('12'))
  const { id } = await requestor.create({
    ...{ app: 'squares', parameters: { file: '/home/count' }, outDir: `/home/out-${job}`, budgetWei: parseGlm('10') },
    ...{ deadlineMs: 3_600_000, confirm: false, offerTimeoutMs: 10_000 },
  })
  while (requestor.job(id).finishedAtMs === null) await grid.clock.sleep(5)
}
