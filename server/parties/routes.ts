// SPDX-License-Identifier: Apache-2.0
import type { SignIn } from '../auth/sign-in.ts';
import type { Route } from '../http/route.ts';
import type { Signer } from '../ledger/instructions/keystore.ts';
import { acceptanceRoutes } from './acceptance-routes.ts';
import { admissionRoutes } from './admission-routes.ts';
import { keyRoutes } from './key-routes.ts';
import { successionRoutes } from './succession-routes.ts';
import { userRoutes } from './user-routes.ts';

export interface PartyParts {
  /** Makes and keeps the keys of parties that do not keep theirs. */
  readonly signer: Signer;
  readonly signIn: SignIn;
}

/** Who may act: parties, their keys and their users. */
export function partyRoutes(parts: PartyParts): readonly Route[] {
  return [
    ...userRoutes(parts),
    ...admissionRoutes(parts),
    ...keyRoutes(parts),
    ...successionRoutes(),
    ...acceptanceRoutes(),
  ];
}
