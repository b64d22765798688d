/** What comes of some work, and how long a processor was at it, in milliseconds: whatever else the machine does. */
export function onCpu<T>(work: () => T): { readonly value: T; readonly cpuMillis: number } {
  const before = process.threadCpuUsage();
  const value = work();
  return { value, cpuMillis: process.threadCpuUsage(before).user / 1000 };
}
