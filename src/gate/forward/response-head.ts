/** Status and header fields of a response on its way to the visitor. Names are in lower case. */
export class ResponseHead {
  status: number;
  readonly #fields: string[] = [];

  constructor(status: number) {
    this.status = status;
  }

  append(name: string, value: string): void {
    this.#fields.push(name, value);
  }

  get(name: string): string | undefined {
    const at = this.#indexOf(name, 0);
    return at === -1 ? undefined : this.#fields[at + 1];
  }

  getAll(name: string): string[] {
    const values: string[] = [];
    for (let i = this.#indexOf(name, 0); i !== -1; i = this.#indexOf(name, i + 2))
      values.push(this.#fields[i + 1] ?? '');
    return values;
  }

  remove(name: string): void {
    for (let i = this.#indexOf(name, 0); i !== -1; i = this.#indexOf(name, i)) this.#fields.splice(i, 2);
  }

  set(name: string, value: string): void {
    this.remove(name);
    this.append(name, value);
  }

  /** Replaces each value of `name`; undefined drops it. */
  map(name: string, edit: (value: string) => string | undefined): void {
    for (let i = this.#indexOf(name, 0); i !== -1; ) {
      const value = edit(this.#fields[i + 1] ?? '');
      if (value === undefined) this.#fields.splice(i, 2);
      else {
        this.#fields[i + 1] = value;
        i += 2;
      }
      i = this.#indexOf(name, i);
    }
  }

  /** Names and values in turn. */
  flat(): readonly string[] {
    return this.#fields;
  }

  #indexOf(name: string, from: number): number {
    for (let i = from; i < this.#fields.length; i += 2) if (this.#fields[i] === name) return i;
    return -1;
  }
}
