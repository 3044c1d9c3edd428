// SPDX-License-Identifier: Apache-2.0
import type { SignIn } from './auth/sign-in.ts';
import type { RegistryKey } from './documents/registry-key.ts';
import type { DocumentVault } from './documents/vault.ts';
import type { Route } from './http/route.ts';
import type { Contracts } from './ledger/contracts.ts';
import type { Signer } from './ledger/instructions/keystore.ts';
import type { Projection } from './ledger/projector/projection.ts';
import type { Migration } from './store/migrations.ts';
import type { Clock } from './values/clock.ts';
import type { Refusal } from './values/errors.ts';

/** What the rooms may need beside what every request brings. */
export interface CapabilityParts {
  readonly signer: Signer;
  readonly signIn: SignIn;
  readonly clock: Clock;
  readonly contracts: Contracts;
  readonly registryKey: RegistryKey;
  readonly vault: DocumentVault;
}

/** One room of the server, as the gateway sees it. */
export interface Capability {
  readonly name: string;
  /** What it is for, in a sentence: heads its part of the API's documentation. */
  readonly about: string;
  /** Of its tables that the chain cannot give back. */
  readonly migrations: readonly Migration[];
  /** Declared in `projection.ts` of the room. None where the ledger announces nothing of it. */
  readonly projection?: Projection;
  readonly refusals: readonly Refusal[];
  /** The text of each rule its refusals name. */
  readonly rules: Readonly<Record<string, string>>;
  routes(parts: CapabilityParts): readonly Route[];
}
