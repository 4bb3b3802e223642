import { beaconCompliance } from '../compliance/index.ts'
import { memoryBeacon } from './beacon.ts'

beaconCompliance('in memory', async () => ({ beacon: memoryBeacon(), remove: async () => undefined }))
