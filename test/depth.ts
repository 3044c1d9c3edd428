// SPDX-License-Identifier: Apache-2.0
/** How many runs: those of every `npm test`, or those of `npm run test:deep`, which looks for what is rare. */
export function runs(usual: number, deep: number): number {
  return process.env['DEEPTIER_TEST_DEPTH'] === 'deep' ? deep : usual;
}
