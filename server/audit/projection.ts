// SPDX-License-Identifier: Apache-2.0
import type { Projection } from '../ledger/projector/projection.ts';
import { patch, put } from '../store/versioned.ts';
import { GRANT_SCOPES } from './scopes.ts';
import { accessGrantsTable } from './tables.ts';

/** Grants, as `AccessGrants` announces them. */
export const auditProjection: Projection = {
  name: 'audit',
  tables: [accessGrantsTable],
  on: {
    'AccessGrants.AccessGranted': async (tx, { args, block }) => {
      const scope = GRANT_SCOPES[Number(args.scope)];
      if (scope === undefined) throw new Error(`a grant of the unknown scope ${String(args.scope)}`);
      await put(
        tx,
        accessGrantsTable,
        { id: args.grantId },
        {
          grantor: args.grantor,
          auditor: args.auditor,
          scope,
          subject: args.subject,
          expires_at: args.expiresAt,
          purpose: args.purpose,
          revoked_by: null,
        },
        block.number,
      );
    },
    'AccessGrants.AccessRevoked': (tx, { args, block }) =>
      patch(tx, accessGrantsTable, { id: args.grantId }, { revoked_by: args.by }, block.number),
  },
};
