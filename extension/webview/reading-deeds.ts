/** What reading needs of the rest of the page. */
export interface ReadingDeeds {
  readonly loadOlder: (cursor: string) => void;
  readonly loadNewer: (fromStep: number) => void;
  /** The turns from that step on, instead of those that are loaded. */
  readonly loadFrom: (step: number) => void;
  /** The newest turns, instead of those that are loaded. */
  readonly loadNewest: () => void;
  /** Something must be drawn again. */
  readonly changed: () => void;
  /** The reader went elsewhere. */
  readonly moved: () => void;
}
