import type { Capability } from '../capability.ts';
import { orderSteps } from './tables.ts';

/** What quotes and loan offers share: signed orders. */
export const offers: Capability = { name: 'offers', steps: orderSteps, refusals: [], rules: {}, routes: () => [] };
