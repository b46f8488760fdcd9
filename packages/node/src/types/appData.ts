/** What applications attach to objects, and other helpers of types. */

/** Whatever the application wants to remember with an object; kept by reference, never looked into. */
export type AppData = { [key: string]: unknown };

type Only<T, U> = { [P in keyof T]: T[P] } & { [P in keyof U]?: never };

/** One or the other, but not fields of both. */
export type Either<T, U> = Only<T, U> | Only<U, T>;
