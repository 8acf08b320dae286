/** The objects of a class resource (PriorityClass, StorageClass, …) as plugins ask for them: by name, and which is the default. */

export interface ClassObject {
  readonly metadata: {
    readonly name?: string;
    readonly creationTimestamp?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** Must know every class whose creation, change or deletion was acknowledged. */
export interface Classes<T extends ClassObject> {
  get(name: string): T | null;
  /** The one that stands for all objects without a class; null: there is none. */
  default(): T | null;
}

/** The classes, once they are loaded. */
export type ClassSource<T extends ClassObject> = () => Classes<T> | Promise<Classes<T>>;

/** How the default is found; null: the resource has no such thing. */
export interface DefaultRule<T extends ClassObject> {
  isDefault(object: T): boolean;
  /** Which of two defaults wins. */
  isBetter(object: T, other: T): boolean;
}

export interface ClassTable<T extends ClassObject> extends Classes<T> {
  put(object: T): void;
  remove(name: string): void;
}

/** Classes change seldom and are asked for with every pod: the default is found at the first question after a change. */
export function createClassTable<T extends ClassObject>(rule: DefaultRule<T> | null): ClassTable<T> {
  const byName = new Map<string, T>();
  /** Undefined: to be found. */
  let preferred: T | null | undefined;
  const choose = (): T | null => {
    let best: T | null = null;
    if (rule === null) return best;
    for (const object of byName.values()) {
      if (rule.isDefault(object) && (best === null || rule.isBetter(object, best))) best = object;
    }
    return best;
  };
  return {
    get: (name) => byName.get(name) ?? null,
    default() {
      if (preferred === undefined) preferred = choose();
      return preferred;
    },
    put(object) {
      byName.set(object.metadata.name ?? '', object);
      preferred = undefined;
    },
    remove(name) {
      byName.delete(name);
      preferred = undefined;
    },
  };
}

/** Marked by one of the annotations; of several the youngest, of equally old ones the first by name. */
export function annotatedDefault(...annotations: readonly string[]): DefaultRule<ClassObject> {
  return {
    isDefault: ({ metadata }) => annotations.some((key) => metadata.annotations?.[key] === 'true'),
    isBetter({ metadata: a }, { metadata: b }) {
      const [made, otherMade] = [a.creationTimestamp ?? '', b.creationTimestamp ?? ''];
      return made === otherMade ? (a.name ?? '') < (b.name ?? '') : made > otherMade;
    },
  };
}

/** Calls `use` with the classes: at once when they are loaded. */
export function withClasses<T extends ClassObject>(
  source: ClassSource<T>,
  use: (classes: Classes<T>) => void,
): void | Promise<void> {
  const classes = source();
  if (classes instanceof Promise) return classes.then(use);
  use(classes);
  return undefined;
}
