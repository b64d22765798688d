export type Place = 'record' | 'library' | 'session' | 'exports' | 'settings';
export type SettingsPage =
  | 'library'
  | 'audio'
  | 'timecode'
  | 'presets'
  | 'names'
  | 'durability'
  | 'appearance'
  | 'shortcuts'
  | 'language'
  | 'about';

/** Where the person is. */
export class Navigation {
  place = $state<Place>('library');
  sessionId = $state<string | null>(null);
  settingsPage = $state<SettingsPage>('library');

  go(place: Exclude<Place, 'session'>): void {
    this.place = place;
  }

  openSession(sessionId: string): void {
    this.sessionId = sessionId;
    this.place = 'session';
  }

  openSettings(page: SettingsPage): void {
    this.settingsPage = page;
    this.place = 'settings';
  }
}
