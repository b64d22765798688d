import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

// Read by ESLint, svelte-check and editors; vite.config.ts hands its plugin the same settings itself.
export default { preprocess: vitePreprocess() };
