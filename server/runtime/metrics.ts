// SPDX-License-Identifier: Apache-2.0
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** What is measured of HTTP; every other part registers its own measures in `registry`. */
export interface Metrics {
  readonly registry: Registry;
  request(measured: { method: string; route: string; status: number; seconds: number }): void;
  refusal(code: string, route: string): void;
}

/** Opens a registry of its own, so that two gateways in one process do not mix; `process` adds measures of the process. */
export function openMetrics({ process = false }: { readonly process?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (process) collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'deeptier_http_request_seconds',
    help: 'Time from request to answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25],
    registers: [registry],
  });
  const refusals = new Counter({
    name: 'deeptier_http_refusals_total',
    help: 'Refusals by code.',
    labelNames: ['code', 'route'],
    registers: [registry],
  });
  return {
    registry,
    request: ({ method, route, status, seconds }) => durations.labels(method, route, String(status)).observe(seconds),
    refusal: (code, route) => refusals.labels(code, route).inc(),
  };
}
