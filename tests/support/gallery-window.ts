import { galleryApi } from '../../renderer/dev/gallery-api.ts';
import { commandList } from '../../renderer/state/command-list.ts';
import { WindowState } from '../../renderer/state/window.svelte.ts';

export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** A page without sound. */
const silentAudio = () => ({
  canDecode: () => Promise.resolve(false),
  makeDecoder: () => ({ decode: () => Promise.resolve([]), close: () => undefined }),
  open: () => {
    throw new Error('there is no sound here');
  },
  eachFrame: () => () => undefined,
});

/** A window on the gallery's program, with its own clock and what it copied. */
export async function open(rows = 0, state: 'full' | 'error' = 'full') {
  const api = galleryApi(state, { rows, theme: 'dark', language: null, textSize: 100 });
  const later: (() => void)[] = [];
  const copied: string[] = [];
  const window = new WindowState(api, await api.app.info({}), {
    after: (_millis, run) => void later.push(run),
    pathOfFile: () => null,
    copyText: (text) => {
      copied.push(text);
      return Promise.resolve();
    },
    media: api.media,
    newId: () => 'new',
    audio: silentAudio(),
  });
  window.start();
  window.commands.list = commandList(window);
  await settle();
  return {
    window,
    api,
    copied,
    tick: async () => {
      for (const run of later.splice(0)) run();
      await settle();
    },
  };
}
