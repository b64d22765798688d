import { spawn } from 'node:child_process';

/** A program that opens addresses, and what goes before the address. */
type Opener = readonly [program: string, ...args: string[]];

/**
 * What opens an address in the user's browser on this system; undefined where nobody would see it: on Linux without
 * a display.
 */
export function browserOpener(platform: string, env: NodeJS.ProcessEnv): Opener | undefined {
  if (platform === 'darwin') return ['open'];
  // `start` belongs to cmd, which reads & and ^ in an address as its own.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return (env['DISPLAY'] ?? env['WAYLAND_DISPLAY'] ?? '') === '' ? undefined : ['xdg-open'];
}

/** Opens an address. @returns whether a program took it on. */
export function openBrowser(url: string): Promise<boolean> {
  const opener = browserOpener(process.platform, process.env);
  if (opener === undefined) return Promise.resolve(false);
  const [program, ...args] = opener;
  return new Promise((resolve) => {
    const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => resolve(true));
    child.unref();
  });
}
