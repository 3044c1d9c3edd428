// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { existsSync } from 'node:fs';

const PROJECT = path.resolve(import.meta.dirname, '../..');

/** Contracts that only tests of the server deploy: `node test/run.ts` compiles them, and nothing else does. */
export const TEST_CONTRACTS = [
  'test/contracts/common/Counter.sol',
  'test/contracts/pricing/PricingHarness.sol',
] as const;

/** Where the artifacts of one of them are. @throws, saying what to run, when it is not compiled */
export function compiledTestContract(file: (typeof TEST_CONTRACTS)[number]): string {
  const directory = path.join(PROJECT, 'artifacts', file);
  if (!existsSync(path.join(directory, `${path.basename(file, '.sol')}.json`)))
    throw new Error(
      `${file} is not compiled: run \`npx hardhat --no-typechain build ${TEST_CONTRACTS.join(' ')}\` first`,
    );
  return directory;
}
