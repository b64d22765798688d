import { type Session, systemPreferences, type WebContents } from 'electron';
import { isOwnUrl } from './scheme.ts';

/** Besides the microphone: the slate fills the screen, and reports are copied as text by a click. Neither reads. */
const HARMLESS: ReadonlySet<string> = new Set(['fullscreen', 'clipboard-sanitized-write']);

/**
 * Grants a page of ours the microphone and denies everything else to everyone, cameras, screens and devices
 * included. Both handlers are needed: one answers questions, the other decides what is granted unasked.
 * @param isOurs whether a window is one of ours.
 */
export function guardPermissions(session: Session, isOurs: (contents: WebContents | null) => boolean): void {
  session.setPermissionRequestHandler((contents, permission, callback, details) => {
    const own = isOurs(contents) && details.isMainFrame && isOwnUrl(details.requestingUrl);
    if (!own) callback(false);
    else if (HARMLESS.has(permission)) callback(true);
    else if (permission !== 'media' || !onlyAudio(details)) callback(false);
    else void systemGrantsMicrophone().then(callback, () => callback(false));
  });
  session.setPermissionCheckHandler((contents, permission, requestingOrigin, details) => {
    const own = isOurs(contents) && details.isMainFrame && isOwnUrl(requestingOrigin);
    if (HARMLESS.has(permission)) return own;
    return own && permission === 'media' && details.mediaType === 'audio';
  });
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null));
  session.setBluetoothPairingHandler((_details, callback) => callback({ confirmed: false }));
  session.setUSBProtectedClassesHandler(({ protectedClasses }) => protectedClasses);
  session.on('select-hid-device', (event, _details, choose) => {
    event.preventDefault();
    choose();
  });
  session.on('select-usb-device', (event, _details, choose) => {
    event.preventDefault();
    choose();
  });
  session.on('select-serial-port', (event, _ports, _contents, choose) => {
    event.preventDefault();
    choose('');
  });
  session.on('will-download', (event) => event.preventDefault());
}

function onlyAudio(details: object): boolean {
  const types: unknown = Reflect.get(details, 'mediaTypes');
  return Array.isArray(types) && types.length > 0 && types.every((type) => type === 'audio');
}

/** macOS asks the user once for the whole app; elsewhere there is no such question. */
async function systemGrantsMicrophone(): Promise<boolean> {
  return process.platform !== 'darwin' || (await systemPreferences.askForMediaAccess('microphone'));
}
