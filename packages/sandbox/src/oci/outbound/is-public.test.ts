import { expect, it } from 'vitest'
import { isPublic } from './is-public.ts'

it('knows the addresses of the public internet', () => {
  for (const address of ['1.1.1.1', '93.184.215.14', '172.15.0.1', '172.32.0.1', '2606:4700::1111', '2a00:1450::1'])
    expect([address, isPublic(address)]).toEqual([address, true])
})

it('takes nothing for public that may be this machine, its neighbours or its cloud', () => {
  const inside = [
    ...['127.0.0.1', '127.255.0.9', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ...['169.254.169.254', '100.64.0.1', '198.18.0.1', '224.0.0.251', '255.255.255.255', '192.0.2.1'],
    ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '2001:db8::1'],
    // Carry an address of version 4 inside.
    ...['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:0:7f00:1::'],
  ]
  for (const address of inside) expect([address, isPublic(address)]).toEqual([address, false])
})

it('takes for an address only what is one', () => {
  for (const text of ['', 'example.org', '1.1.1', '0x7f.1', '2130706433', '017700000001', '1.1.1.1:80', '[2606::1]'])
    expect([text, isPublic(text)]).toEqual([text, false])
})
