import { Group } from '../../cli/watch/groups';
import type { StackEvent } from '../journal';

/** A stack operation goes forward, may roll back, and cleans up: each of them has rows of its own. */
export const SECTIONS = ['forward', 'rollback', 'clean-up'] as const;
export type Section = typeof SECTIONS[number];

/** How things stand with a group of resources. */
export interface Row {
  readonly group: Group;
  readonly section: Section;
  /** How many members there will be to do; undefined if that is not known before. */
  readonly expected?: number;
  /** Logical ids of the members that it has ended with. */
  readonly ended: ReadonlySet<string>;
  readonly last: StackEvent;
  readonly state: 'running' | 'done' | 'failed';
}

export interface BoardProps {
  readonly stackName: string;
  readonly groups: readonly Group[];
  /** Whether the operation touches all resources: creation and deletion do. */
  readonly touchesAll: boolean;
}

export interface Change {
  readonly row: Row;
  /** `step`: one of several members has ended. */
  readonly what: 'begins' | 'goes on' | 'step' | 'ends';
}

/** Follows the events of one stack operation. */
export class Board {
  public static key(section: Section, group: Group): string {
    return `${section}/${group.name}`;
  }

  /** The last event of the stack itself. */
  public stack?: StackEvent;
  private readonly rows = new Map<string, Row>();
  private section: Section = 'forward';

  constructor(private readonly props: BoardProps) {}

  /** Takes an event in and tells what it changed. */
  public apply(event: StackEvent): Change[] {
    if (event.logicalId === this.props.stackName) {
      this.stack = event;
      this.section = sectionOf(event.status);
      return this.endSections(event);
    }
    const group = this.props.groups.find(({ members }) => members.includes(event.logicalId));
    if (!group) {
      throw new Error(`an event of ${event.logicalId}, which is not in the template`);
    }
    const key = Board.key(this.section, group);
    const before = this.rows.get(key);
    const row = updated(before ?? this.newRow(group, event), event);
    this.rows.set(key, row);
    const what = row.state !== 'running' ? 'ends' : !before ? 'begins' : event.status.endsWith('_IN_PROGRESS') ? 'goes on' : 'step';
    return [{ row, what }];
  }

  /** Resources whose creation or deletion has ended, of all that there are. */
  public progress(): { done: number; total: number } | undefined {
    if (!this.props.touchesAll || this.section !== 'forward') {
      return undefined;
    }
    const ended = this.props.groups.map(group => this.rows.get(Board.key('forward', group))?.ended.size ?? 0);
    return { done: sum(ended), total: sum(this.props.groups.map(({ members }) => members.length)) };
  }

  private newRow(group: Group, event: StackEvent): Row {
    return { group, section: this.section, expected: this.expected(group), ended: new Set(), last: event, state: 'running' };
  }

  private expected(group: Group): number | undefined {
    const { touchesAll } = this.props;
    if (this.section === 'rollback' && touchesAll) {
      return this.rows.get(Board.key('forward', group))?.ended.size;
    }
    // The laps of a wait follow each other, so all of them have their turn.
    return this.section === 'forward' && (touchesAll || group.kind === 'wait') || group.members.length === 1 ? group.members.length : undefined;
  }

  /** What nobody could tell the end of has ended when the stack goes on to something else. */
  private endSections(event: StackEvent): Change[] {
    const over = !event.status.endsWith('_IN_PROGRESS');
    const changed: Change[] = [];
    for (const [key, row] of this.rows) {
      if (row.state === 'running' && (over || row.section !== this.section)) {
        const ended: Row = { ...row, state: 'done' };
        this.rows.set(key, ended);
        changed.push({ row: ended, what: 'ends' });
      }
    }
    return changed;
  }
}

function updated(row: Row, event: StackEvent): Row {
  if (event.status.endsWith('_IN_PROGRESS')) {
    return { ...row, last: event };
  }
  const ended = new Set(row.ended).add(event.logicalId);
  const failed = row.state === 'failed' || event.status.endsWith('_FAILED');
  return { ...row, ended, last: event, state: failed ? 'failed' : ended.size === row.expected ? 'done' : 'running' };
}

function sectionOf(status: string): Section {
  return status.includes('CLEANUP') ? 'clean-up' : status.includes('ROLLBACK') ? 'rollback' : 'forward';
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
