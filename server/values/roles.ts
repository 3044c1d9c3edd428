// SPDX-License-Identifier: Apache-2.0
/** What a party may be; the index of each is its bit in `Roles.sol`. */
export const PARTY_ROLES = [
  'operator',
  'regulator',
  'auditor',
  'obligor',
  'supplier',
  'financier',
  'settlement-bank',
  'warehouse-operator',
  'inspector',
  'guarantor',
  'insurer',
] as const;

export type PartyRole = (typeof PARTY_ROLES)[number];

/** Roles that may hold a note (`Roles.HOLDERS`). */
export const HOLDER_ROLES = ['obligor', 'supplier', 'financier'] as const satisfies readonly PartyRole[];

/** The roles in a mask of the ledger. */
export function rolesOf(mask: number): PartyRole[] {
  return PARTY_ROLES.filter((_role, bit) => (mask & (1 << bit)) !== 0);
}

/** The ledger's mask of some roles. */
export function maskOf(roles: readonly PartyRole[]): number {
  return roles.reduce((mask, role) => mask | (1 << PARTY_ROLES.indexOf(role)), 0);
}
