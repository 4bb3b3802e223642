import type { DisputesView } from '@golem/api'

type Votes = Pick<DisputesView['disputes'][number], 'accuser' | 'accused' | 'convicting' | 'seats'>

/** Who may appeal: more than half of all seats convict, whoever stayed silent. */
export const loserOf = ({ accuser, accused, convicting, seats }: Votes): string =>
  2 * convicting > seats ? accused : accuser
