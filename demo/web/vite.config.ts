import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

/** `npm run dev` serves the page with hot reload and leaves the rest to a demo server on its usual port. */
const server = 'http://localhost:3000';

export default defineConfig({
	plugins: [preact()],
	build: { target: 'es2022', chunkSizeWarningLimit: 700 },
	server: {
		proxy: {
			'/ws': { target: server, ws: true },
			'/rooms': server,
			'/transports': server,
		},
	},
});
