import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Another process that takes the lock of a folder and keeps it until it is killed; resolves when it has it. */
export async function holdElsewhere(folder: string, holder: string): Promise<ChildProcess> {
  const module = new URL('../../electron/io/folder-lock.ts', import.meta.url).href;
  const program = `const { FolderLock } = await import(${JSON.stringify(module)});
    globalThis.lock = await FolderLock.acquire(${JSON.stringify(folder)}, ${JSON.stringify(holder)});
    console.log('held');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}
