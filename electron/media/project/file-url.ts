/**
 * The `file:` URL of an absolute path (RFC 8089), percent-encoded UTF-8 throughout, which every editor's reader takes.
 * Windows paths, with a drive or a server, are known by their beginning: a backslash may be part of a name elsewhere.
 * @param host what stands for this machine: nothing, or `localhost` as FCP7 XML has it.
 */
export function fileUrl(path: string, host: '' | 'localhost' = ''): string {
  const drive = /^([A-Za-z]:)[\\/](.*)$/su.exec(path);
  if (drive !== null) return `file://${host}/${drive[1] ?? ''}/${encoded(drive[2] ?? '', /[\\/]/)}`;
  const server = /^\\\\([^\\]+)\\(.*)$/su.exec(path);
  if (server !== null)
    return `file://${encodeURIComponent(server[1] ?? '')}/${encoded(server[2] ?? '', /[\\/]/)}`;
  return `file://${host}/${encoded(path.replace(/^\/+/u, ''), /\//)}`;
}

function encoded(path: string, separator: RegExp): string {
  return path
    .split(separator)
    .map((name) => encodeURIComponent(name.toWellFormed()))
    .join('/');
}
