/** English text of the opening page. */
export const opening = {
  title: 'Every voice on its own track, already in sync.',
  lead: 'This version works in the terminal. It reads session logs, fills their gaps and writes one file per player, all with the same timecode and the same length. The recorder and its window follow.',
  startTitle: 'Start here',
  start: [
    { command: 'npm ci', does: 'installs, and brings its own Node' },
    { command: 'npm run demo', does: 'makes a sample session, exports it and checks every file' },
  ],
  commandsTitle: 'In the terminal',
  commands: [
    { command: 'tailslate inspect', does: 'players, length, gaps, damage and start timecode of a session' },
    { command: 'tailslate export', does: 'one verified .m4a per player, with timecode' },
    { command: 'tailslate verify', does: 'compares a file with the session, packet by packet' },
    { command: 'tailslate recover', does: 'what a scan finds after a crash; changes nothing' },
    { command: 'tailslate sample', does: 'a session to try things on' },
    { command: 'tailslate doctor', does: 'what this machine has and lacks' },
  ],
  hint: 'Each takes --help and --json. From the checkout: npm run tailslate -- inspect SESSION',
} as const;
