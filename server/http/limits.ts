// SPDX-License-Identifier: Apache-2.0
import type { Request, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { DeeptierError } from '../values/errors.ts';
import { httpRefusals } from './refusals.ts';

/** Requests per minute. */
export interface RateLimits {
  /** Reads of one user. */
  readonly reads: number;
  /** Acts and commands of one user. */
  readonly writes: number;
  /** Requests from one network address without a valid token: public routes, signing in, bad tokens. */
  readonly strangers: number;
}

export const DEFAULT_RATE_LIMITS: RateLimits = { reads: 1_200, writes: 300, strangers: 120 };

const WINDOW_SECONDS = 60;

/** Counts one request against its budget. Throws `RATE_LIMITED`; the answer then carries Retry-After. */
export type Limiter = (req: Request, res: Response, userId: string | undefined, isWrite: boolean) => Promise<void>;

export function openLimiter(limits: RateLimits): Limiter {
  const users = new WeakMap<Request, string>();
  const budget = (name: string, limit: number) =>
    rateLimit({
      windowMs: WINDOW_SECONDS * 1000,
      limit,
      identifier: name,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      keyGenerator: (req) => users.get(req) ?? ipKeyGenerator(req.ip ?? ''),
      handler: (_req, _res, next) =>
        next(new DeeptierError(httpRefusals.RATE_LIMITED, { limit, seconds: WINDOW_SECONDS })),
    });
  const reads = budget('reads', limits.reads);
  const writes = budget('writes', limits.writes);
  const strangers = budget('strangers', limits.strangers);

  return (req, res, userId, isWrite) => {
    if (userId !== undefined) users.set(req, userId);
    const limit = userId === undefined ? strangers : isWrite ? writes : reads;
    return new Promise((resolve, reject) => {
      // A limiter answers nothing itself: it goes on, or hands its refusal to the one place that writes problems.
      void limit(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
    });
  };
}
