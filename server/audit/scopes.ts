// SPDX-License-Identifier: Apache-2.0
/** How far a grant opens the records; the index of each is its number in `AccessGrants.GrantScope`. */
export const GRANT_SCOPES = ['payable', 'party', 'all'] as const;

export type GrantScope = (typeof GRANT_SCOPES)[number];
