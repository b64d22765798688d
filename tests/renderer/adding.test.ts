import { describe, expect, test, vi } from 'vitest';
import { addedReport } from '../../renderer/state/adding.svelte.ts';
import { AppError } from '../../shared/model/errors.ts';
import { open, settle } from '../support/gallery-window.ts';

const TAKEN = { path: '/disk/one', sessionId: 'ep-47', title: 'One', already: false };

describe('adding sessions', () => {
  test('asks where a folder is to lie, and does what was said', async () => {
    const { window, api } = await open();
    const add = vi.spyOn(api.library, 'add').mockResolvedValue({ taken: [TAKEN], refused: [] });
    await window.adding.bring(['/disk/one']);
    await window.adding.bring(['/disk/one', '/disk/two']);
    expect(window.adding.asked).toEqual(['/disk/one', '/disk/two']);
    expect(add).not.toHaveBeenCalled();
    await window.adding.decide(false, false);
    expect(add).toHaveBeenLastCalledWith({ paths: ['/disk/one', '/disk/two'], copy: false });
    expect(window.navigation.sessionId).toBe('ep-47');
    await window.adding.bring(['/disk/one']);
    window.adding.dismiss();
    await window.adding.decide(true, false);
    expect(add).toHaveBeenCalledOnce();
  });

  test('remembers the word, until the settings say otherwise', async () => {
    const { window, api } = await open();
    const add = vi.spyOn(api.library, 'add').mockResolvedValue({ taken: [TAKEN], refused: [] });
    await window.adding.bring(['/disk/one']);
    await window.adding.decide(true, true);
    await window.adding.bring(['/disk/two']);
    expect(add.mock.calls.map(([{ copy }]) => copy)).toEqual([true, true]);
    await window.settings.edit({ adding: 'ask' });
    await window.adding.bring(['/disk/three']);
    expect(window.adding.asked).toEqual(['/disk/three']);
  });

  test('does not ask about what can only be one of both', async () => {
    const { window, api } = await open();
    const add = vi.spyOn(api.library, 'add').mockResolvedValue({ taken: [TAKEN], refused: [] });
    await window.adding.bring(['/disk/craig.zip', '/disk/one.OGG', '/home/marit/Tailslate/in the library']);
    expect(add).toHaveBeenCalledOnce();
    await window.adding.bring(['/home/marit/Tailslate 2/beside it']);
    expect(window.adding.asked).toHaveLength(1);
  });

  test('is stopped by one call, and says what came of it', async () => {
    const { window, api } = await open();
    let refuse: (error: AppError) => void = () => undefined;
    vi.spyOn(api.library, 'add').mockReturnValue(new Promise((_resolve, reject) => (refuse = reject)));
    const cancel = vi.spyOn(api.library, 'cancelAdding');
    await window.adding.cancel();
    expect(cancel).not.toHaveBeenCalled();
    void window.adding.bring(['/disk/craig.zip']);
    await settle();
    expect(window.adding.busy).toBe(true);
    await Promise.all([window.adding.cancel(), window.adding.cancel()]);
    expect(cancel).toHaveBeenCalledOnce();
    expect(window.adding.stopping).toBe(true);
    refuse(new AppError('cancelled', 'Adding was stopped.'));
    await settle();
    expect([window.adding.busy, window.adding.stopping]).toEqual([false, false]);
    expect(window.toasts.items.at(-1)).toMatchObject({ kind: 'plain', message: /^Adding was stopped\./ });
  });

  test('tells what was refused and why, as text to pass on', async () => {
    const { window, api, copied } = await open();
    const trouble = { code: 'not-a-session', message: 'It is no session.', next: 'Choose its folder.' };
    const refused = [{ path: '/disk/two', trouble }];
    vi.spyOn(api.library, 'add').mockResolvedValue({ taken: [TAKEN], refused });
    await window.adding.bring(['/disk/a.zip']);
    expect(window.adding.answer?.refused).toEqual(refused);
    if (window.adding.answer !== null) await window.copy(addedReport(window.adding.answer));
    expect(copied).toEqual([
      'Refused: /disk/two\n  It is no session. Choose its folder.\nAdded: One (/disk/one)',
    ]);
  });
});
