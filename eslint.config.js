// SPDX-License-Identifier: Apache-2.0
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['node_modules/', 'artifacts/', 'cache/', 'coverage/', 'types/', '.deeptier/', '**/*.js', '**/*.mjs'] },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  prettier,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      // Numbers and bigints in text are what a ledger is full of; objects in text stay an error.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // A function may promise because its interface does.
      '@typescript-eslint/require-await': 'off',
      // The functions of our interfaces are given on without their object, and use no `this`.
      '@typescript-eslint/unbound-method': 'off',
      // What a stream or a driver fails with is passed on as it is.
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      // Values of events and of XML are written as text whatever they turn out to be.
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      // Numbers of PostgreSQL's types stand beside their enumeration.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      // Control characters are what input is searched for.
      'no-control-regex': 'off',
    },
  },
  {
    // Answers of the API are JSON, whose every value a test compares.
    files: ['test/**'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
    },
  },
);
