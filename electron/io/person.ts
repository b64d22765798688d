import { homedir, hostname, userInfo } from 'node:os';
import { isAbsolute } from 'node:path';

/** The person's name in the system; undefined for a user of whom it has no entry, as in containers. */
export function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

/** The person's home; undefined where neither HOME nor an entry of the system names one. */
export function homeFolder(): string | undefined {
  try {
    const home = homedir();
    // HOME may be set to nothing, or to somewhere below wherever the program was started.
    return isAbsolute(home) ? home : userInfo().homedir;
  } catch {
    return undefined;
  }
}

/** What tells who somebody is, in what the system says of itself: to be left out of reports. */
export function personalNames(): readonly string[] {
  return [homeFolder(), userName(), hostname()].filter((name) => name !== undefined);
}
