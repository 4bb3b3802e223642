import type { AddressManager, Registrar, TransportManager } from '@libp2p/interface-internal'

/** Parts of a libp2p node that it shows to its services alone. */
export type Libp2pParts = {
  readonly addressManager: AddressManager
  readonly transportManager: TransportManager
  readonly registrar: Registrar
}

/** A service that does nothing but hold them; they exist once the node does. */
export const libp2pParts = (components: Libp2pParts): Libp2pParts => ({
  get addressManager() {
    return components.addressManager
  },
  get transportManager() {
    return components.transportManager
  },
  get registrar() {
    return components.registrar
  },
})
