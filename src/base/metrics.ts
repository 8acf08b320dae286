/**
 * Counters, gauges and histograms for the Prometheus text format (version 0.0.4), made to be cheap to count with: a
 * child is looked up once for its labels and kept by who counts, so that counting is an addition. (Libraries hash the
 * labels at each count: several microseconds for the four series of one request.)
 */

export interface Counter {
  inc(by?: number): void;
}

export interface Gauge {
  set(value: number): void;
  add(by: number): void;
}

export interface Histogram {
  observe(value: number): void;
}

/** The series of one name, one per combination of label values. */
export interface Family<Child> {
  /** Values in the order of the label names. The same values give the same child. */
  with(...values: readonly string[]): Child;
  remove(...values: readonly string[]): void;
}

export interface MetricOptions {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

export interface Metrics {
  counter(options: MetricOptions): Family<Counter>;
  gauge(options: MetricOptions): Family<Gauge>;
  /** `buckets`: upper bounds, ascending, without infinity. */
  histogram(options: MetricOptions & { readonly buckets: readonly number[] }): Family<Histogram>;
  /** Called before each rendering: to set gauges that are read from elsewhere. */
  onCollect(callback: () => void): void;
  /** All families, in the order of their names. */
  text(): string;
  /** Counters and histograms begin anew. */
  reset(): void;
}

interface Series {
  render(name: string, labels: string): string;
  reset(): void;
}

class CounterSeries implements Counter, Series {
  value = 0;
  inc(by = 1): void {
    this.value += by;
  }
  render(name: string, labels: string): string {
    return `${name}${braces(labels)} ${this.value}\n`;
  }
  reset(): void {
    this.value = 0;
  }
}

class GaugeSeries implements Gauge, Series {
  value = 0;
  set(value: number): void {
    this.value = value;
  }
  add(by: number): void {
    this.value += by;
  }
  render(name: string, labels: string): string {
    return `${name}${braces(labels)} ${this.value}\n`;
  }
  reset(): void {}
}

class HistogramSeries implements Histogram, Series {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let at = 0;
    while (at < bounds.length && value > bounds[at]!) at++;
    this.#counts[at]! += 1;
    this.#sum += value;
  }

  render(name: string, labels: string): string {
    const before = labels === '' ? '' : `${labels},`;
    let text = '';
    let count = 0;
    for (let i = 0; i < this.#counts.length; i++) {
      count += this.#counts[i]!;
      text += `${name}_bucket{${before}le="${this.#bounds[i] ?? '+Inf'}"} ${count}\n`;
    }
    return `${text}${name}_sum${braces(labels)} ${this.#sum}\n${name}_count${braces(labels)} ${count}\n`;
  }

  reset(): void {
    this.#counts.fill(0);
    this.#sum = 0;
  }
}

class SeriesFamily<Child extends Series> implements Family<Child> {
  readonly name: string;
  readonly #head: string;
  readonly #labels: readonly string[];
  readonly #create: () => Child;
  readonly #children = new Map<string, Child>();

  constructor(type: string, options: MetricOptions, create: () => Child) {
    this.name = options.name;
    this.#head = `# HELP ${options.name} ${options.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${options.name} ${type}\n`;
    this.#labels = options.labels ?? [];
    this.#create = create;
    if (this.#labels.length === 0) this.with();
  }

  with(...values: readonly string[]): Child {
    const key = this.#key(values);
    let child = this.#children.get(key);
    if (child === undefined) {
      child = this.#create();
      this.#children.set(key, child);
    }
    return child;
  }

  remove(...values: readonly string[]): void {
    this.#children.delete(this.#key(values));
  }

  text(): string {
    if (this.#children.size === 0) return '';
    let text = this.#head;
    for (const [labels, child] of this.#children) text += child.render(this.name, labels);
    return text;
  }

  reset(): void {
    for (const child of this.#children.values()) child.reset();
  }

  /** `a="1",b="2"`: both the key and how the series is written. */
  #key(values: readonly string[]): string {
    let key = '';
    for (let i = 0; i < this.#labels.length; i++) {
      key += `${i === 0 ? '' : ','}${this.#labels[i]}="${escaped(values[i] ?? '')}"`;
    }
    return key;
  }
}

export function createMetrics(): Metrics {
  const families = new Map<string, SeriesFamily<Series>>();
  const collectors: (() => void)[] = [];

  function register<Child extends Series>(
    type: string,
    options: MetricOptions,
    create: () => Child,
  ): SeriesFamily<Child> {
    if (families.has(options.name)) throw new Error(`metric ${options.name} is registered twice`);
    const family = new SeriesFamily(type, options, create);
    families.set(options.name, family);
    return family;
  }

  return {
    counter: (options) => register('counter', options, () => new CounterSeries()),
    gauge: (options) => register('gauge', options, () => new GaugeSeries()),
    histogram: (options) => register('histogram', options, () => new HistogramSeries(options.buckets)),
    onCollect: (callback) => collectors.push(callback),
    text() {
      for (const collect of collectors) collect();
      return [...families.keys()]
        .sort()
        .map((name) => families.get(name)!.text())
        .join('');
    },
    reset() {
      for (const family of families.values()) family.reset();
    },
  };
}

function braces(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
