import packageJson from '../../package.json' with { type: 'json' };

/** The version of this program, as package.json states it. */
export const APP_VERSION: string = packageJson.version;

/** What exported files name as their tool. */
export const APP_TOOL = `Tailslate ${packageJson.version}`;
