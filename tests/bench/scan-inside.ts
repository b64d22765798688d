// Scans a session's log from front to back in a fresh process and prints what that took as JSON, its own start left out.
// Like the program, which knows the session's length, it is told how many packets to make room for.
import { listLog, readLog } from '../../electron/io/read-log.ts';
import { LogCollector } from '../../electron/media/log/collector.ts';

const [folder = '', expectedPackets = ''] = process.argv.slice(2);
const { segments } = await listLog(folder);
const before = process.cpuUsage();
const startMs = performance.now();
const collector = new LogCollector({ expectedPackets: Number(expectedPackets) });
await readLog(folder, segments, collector, { useIndexes: false });
const wallMs = performance.now() - startMs;
const { user, system } = process.cpuUsage(before);
if (collector.findings.kept.length > 0 || collector.tracks.size === 0)
  throw new Error(`${folder} did not scan clean`);
console.log(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000 }));
