/** Bytes that cannot be decoded. The message is what the client is told, with 400 unless another code is given. */
export class DecodeError extends Error {}
