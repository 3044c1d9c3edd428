import path from 'node:path';
import { defineConfig } from 'hardhat/config';

export default defineConfig({
  solidity: {
    version: '0.8.37',
    // The compiler is the npm package `solc`, so that nothing is downloaded.
    path: path.join(import.meta.dirname, 'node_modules/solc/soljson.js'),
    settings: {
      evmVersion: 'cancun', // OpenZeppelin 5.7 uses MCOPY
      viaIR: true,
      optimizer: { enabled: true, runs: 1_000 },
    },
  },
  paths: {
    sources: 'contracts',
    tests: { solidity: 'test/contracts' },
  },
});
