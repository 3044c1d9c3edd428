// SPDX-License-Identifier: Apache-2.0
import { globSync } from 'node:fs';
import path from 'node:path';
import typechain from '@nomicfoundation/hardhat-typechain';
import { defineConfig } from 'hardhat/config';
import type { HardhatPlugin } from 'hardhat/types/plugins';

// The compiler is the npm package `solc`, so that nothing is downloaded.
const solc = { version: '0.8.37', path: path.join(import.meta.dirname, 'node_modules/solc/soljson.js') };
const evmVersion = 'cancun'; // OpenZeppelin 5.7 uses MCOPY

// Tests deploy the contracts' own artifacts; they themselves need no costly optimisation. A benchmark's contracts do.
const tests = globSync('test/contracts/**/*.sol', { exclude: ['test/contracts/bench/**'] });
const testCompiler = { ...solc, settings: { evmVersion, optimizer: { enabled: true, runs: 1 } } };

// `npm run test:deep`: 100,000 random acts against each invariant, where every `npm test` makes 3,200.
const isDeep = process.env['DEEPTIER_TEST_DEPTH'] === 'deep';

/** Hardhat compiles together what has one configuration, not an equal one: without this each test would be a compilation of its own. */
const testsTogether: HardhatPlugin = {
  id: 'tests-together',
  hookHandlers: {
    config: async () => ({
      default: async () => ({
        resolveUserConfig: async (userConfig, resolveVariable, next) => {
          const resolved = await next(userConfig, resolveVariable);
          for (const { overrides } of Object.values(resolved.solidity.profiles)) {
            const [first] = Object.values(overrides);
            for (const file of Object.keys(overrides)) if (first) overrides[file] = first;
          }
          return resolved;
        },
      }),
    }),
  },
};

export default defineConfig({
  plugins: [testsTogether, typechain],
  typechain: { outDir: 'types', tsNocheck: true },
  solidity: {
    compilers: [{ ...solc, settings: { evmVersion, viaIR: true, optimizer: { enabled: true, runs: 300 } } }],
    overrides: Object.fromEntries(tests.map((file) => [file, testCompiler])),
  },
  paths: { sources: 'contracts', tests: { solidity: 'test/contracts' } },
  test: {
    solidity: isDeep
      ? { fuzz: { runs: 10_000 }, invariant: { runs: 500, depth: 200, failOnRevert: false } }
      : { fuzz: { runs: 100 }, invariant: { runs: 16, depth: 200, failOnRevert: false } },
  },
});
