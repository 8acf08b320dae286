/** SETTINGS (RFC 9113, 6.5). */
import { ConnectionError, ErrorCode, FRAME_BYTES_MAX, Setting, WINDOW_BYTES_MAX } from './frames.ts';

export interface PeerSettings {
  readonly initialWindow: number;
  /** Null: not said this time. The least of those said. */
  readonly headerTableBytes: number | null;
}

const SETTING_BYTES = 6;
const MAX_FRAME_SIZE_MOST = 0xff_ffff;

/** A payload of whole settings; `initialWindow` is what held before. Throws ConnectionError. */
export function readSettings(payload: Buffer, initialWindow: number): PeerSettings {
  let window = initialWindow;
  let headerTableBytes: number | null = null;
  for (let at = 0; at < payload.length; at += SETTING_BYTES) {
    const value = payload.readUInt32BE(at + 2);
    switch (payload.readUInt16BE(at)) {
      case Setting.headerTableSize:
        headerTableBytes = Math.min(value, headerTableBytes ?? value);
        break;
      case Setting.enablePush:
        if (value > 1) throw bad(ErrorCode.protocolError, 'ENABLE_PUSH');
        break;
      case Setting.initialWindowSize:
        if (value > WINDOW_BYTES_MAX) throw bad(ErrorCode.flowControlError, 'INITIAL_WINDOW_SIZE');
        window = value;
        break;
      case Setting.maxFrameSize:
        if (value < FRAME_BYTES_MAX || value > MAX_FRAME_SIZE_MOST)
          throw bad(ErrorCode.protocolError, 'MAX_FRAME_SIZE');
        break;
    }
  }
  return { initialWindow: window, headerTableBytes };
}

export function settingsPayload(settings: readonly (readonly [setting: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(SETTING_BYTES * settings.length);
  for (const [i, [setting, value]] of settings.entries()) {
    payload.writeUInt16BE(setting, SETTING_BYTES * i);
    payload.writeUInt32BE(value, SETTING_BYTES * i + 2);
  }
  return payload;
}

function bad(code: number, name: string): ConnectionError {
  return new ConnectionError(code, `not a value of ${name}`);
}
