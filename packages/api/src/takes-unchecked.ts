/** What is said by whoever wants nothing to be checked. */
export const TAKES_UNCHECKED = 'I take results that nobody checked.'
