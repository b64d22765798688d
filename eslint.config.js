import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';
import { LAYERS } from './tests/support/layers.ts';

/** The last parts of every layer's folder and of what lies outside the layers, as imports name them. */
const others = [...LAYERS.map(({ folder }) => folder), 'tests', 'scripts'];

/**
 * The import table for one layer, as ESLint can say it: by the folder's name within a relative path.
 * The architecture test resolves the paths and is the one that decides.
 */
function layerRule({ folder, imports, packages, builtins }) {
  const forbidden = others.filter(
    (other) => other !== folder && !imports.some((name) => name.startsWith(other)),
  );
  const names = forbidden.map((other) => other.replace('electron/', '')).join('|');
  const bare = [
    ...packages.map((name) => `${name}(?:/|$)`),
    ...(builtins === 'any' ? ['node:'] : builtins),
  ].join('|');
  const patterns = [
    { regex: `^\\.{1,2}/(?:.*/)?(?:${names})/`, message: `${folder} may not import that layer.` },
    {
      regex: `^(?!\\.)${bare === '' ? '' : `(?!${bare})`}`,
      message: `${folder} may not import that package.`,
    },
  ];
  return { files: [`${folder}/**`], rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

export default defineConfig(
  globalIgnores([
    'out/',
    'release/',
    'coverage/',
    'demo/',
    'artifacts/',
    'renderer/messages/compiled/',
    'tests/fixtures/',
    'tests/golden/',
  ]),
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  svelte.configs.recommended,
  prettier,
  svelte.configs.prettier,
  {
    languageOptions: {
      globals: { ...globals.node, ...globals.browser },
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    linterOptions: { noInlineConfig: true },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    // The parser gives callbacks handed to components the type any; svelte-check knows them and holds them.
    files: ['**/*.svelte'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { files: ['**/*.{js,mjs}'], extends: [ts.configs.disableTypeChecked] },
  LAYERS.map(layerRule),
);
