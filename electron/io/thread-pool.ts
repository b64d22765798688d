/**
 * Imported before anything else by what starts the program. Node makes asynchronous calls to disks on four threads that
 * a whole process shares: four calls to a network disk that does not answer would keep a recording from being written.
 * A call that waits costs no more than its thread. On Windows the number cannot be changed by then, and stays four.
 */
process.env['UV_THREADPOOL_SIZE'] ??= '32';

export {};
