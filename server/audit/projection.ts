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
      const scope = GRANT_SCOPES[args['scope'] as number];
      if (scope === undefined) throw new Error(`a grant of the unknown scope ${String(args['scope'])}`);
      await put(
        tx,
        accessGrantsTable,
        { id: args['grantId'] as bigint },
        {
          grantor: BigInt(args['grantor'] as number),
          auditor: BigInt(args['auditor'] as number),
          scope,
          subject: BigInt(args['subject'] as number),
          expires_at: BigInt(args['expiresAt'] as number),
          purpose: args['purpose'] as string,
          revoked_by: null,
        },
        block.number,
      );
    },
    'AccessGrants.AccessRevoked': (tx, { args, block }) =>
      patch(
        tx,
        accessGrantsTable,
        { id: args['grantId'] as bigint },
        { revoked_by: BigInt(args['by'] as number) },
        block.number,
      ),
  },
};
