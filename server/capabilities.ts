import { auditProjection } from './audit/projection.ts';
import { auditRefusals, auditRules } from './audit/refusals.ts';
import { auditRoutes } from './audit/routes.ts';
import { auditSteps } from './audit/tables.ts';
import { documentProjection } from './documents/projection.ts';
import { documentRefusals, documentRules } from './documents/refusals.ts';
import type { RegistryKey } from './documents/registry-key.ts';
import { documentRoutes } from './documents/routes.ts';
import { documentSteps } from './documents/tables.ts';
import type { DocumentVault } from './documents/vault.ts';
import { financingProjection, financingRefusals, financingRoutes, financingRules, financingSteps } from './financing/room.ts';
import { partyProjection } from './parties/projection.ts';
import { partyRefusals, partyRules } from './parties/refusals.ts';
import { partyRoutes } from './parties/routes.ts';
import { partySteps } from './parties/tables.ts';
import type { SignIn } from './platform/auth/sign-in.ts';
import type { Clock } from './platform/chain/clock.ts';
import type { Contracts } from './platform/chain/contracts.ts';
import type { Refusal } from './platform/errors.ts';
import type { Route } from './platform/http/route.ts';
import type { Signer } from './platform/instructions/keystore.ts';
import type { Projection } from './platform/projector/projection.ts';
import type { SchemaStep } from './platform/store/database.ts';
import { receivableProjection } from './receivables/projection.ts';
import { receivableRefusals, receivableRules } from './receivables/refusals.ts';
import { receivableRoutes } from './receivables/routes.ts';
import { receivableSteps } from './receivables/tables.ts';
import { ruleProjection } from './rules/projection.ts';
import { ruleRefusals, ruleRules } from './rules/refusals.ts';
import { ruleRoutes } from './rules/routes.ts';
import { ruleSteps } from './rules/tables.ts';
import { settlementProjection } from './settlement/projection.ts';
import { settlementRefusals, settlementRules } from './settlement/refusals.ts';
import { settlementRoutes } from './settlement/routes.ts';
import { settlementSteps } from './settlement/tables.ts';

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
  readonly steps: readonly SchemaStep[];
  readonly projection: Projection;
  readonly refusals: readonly Refusal[];
  /** The text of each rule its refusals name. */
  readonly rules: Readonly<Record<string, string>>;
  routes(parts: CapabilityParts): readonly Route[];
}

/** Every room there is: a new one is a folder and an entry here. */
export const capabilities: readonly Capability[] = [
  {
    name: 'parties', steps: partySteps, projection: partyProjection,
    refusals: Object.values(partyRefusals), rules: partyRules, routes: partyRoutes,
  },
  {
    name: 'rules', steps: ruleSteps, projection: ruleProjection,
    refusals: Object.values(ruleRefusals), rules: ruleRules, routes: ruleRoutes,
  },
  {
    name: 'documents', steps: documentSteps, projection: documentProjection,
    refusals: Object.values(documentRefusals), rules: documentRules, routes: documentRoutes,
  },
  {
    name: 'receivables', steps: receivableSteps, projection: receivableProjection,
    refusals: Object.values(receivableRefusals), rules: receivableRules, routes: receivableRoutes,
  },
  {
    name: 'settlement', steps: settlementSteps, projection: settlementProjection,
    refusals: Object.values(settlementRefusals), rules: settlementRules, routes: settlementRoutes,
  },
  {
    name: 'financing', steps: financingSteps, projection: financingProjection,
    refusals: financingRefusals, rules: financingRules, routes: financingRoutes,
  },
  {
    name: 'audit', steps: auditSteps, projection: auditProjection,
    refusals: Object.values(auditRefusals), rules: auditRules, routes: auditRoutes,
  },
];
