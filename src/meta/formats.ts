/** Formats of fields other than object names. Each validator answers upstream's sentences, none when the value is valid. */
import { collect, type Problems, problemText, tooLongText } from './names.ts';

const ENV_VAR_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
const CONFIG_MAP_KEY = /^[-._a-zA-Z0-9]+$/;
const PERCENT = /^[0-9]+%$/;
const HTTP_HEADER_NAME = /^[-A-Za-z0-9]+$/;
const C_IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Keys of ConfigMaps and Secrets. */
export function configMapKeyProblems(value: string): Problems {
  const form = problemText(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    shown(CONFIG_MAP_KEY),
    'key.name',
    'KEY_NAME',
    'key-name',
  );
  return collect(tooLongText(value, 253, 'characters'), CONFIG_MAP_KEY.test(value) ? '' : form, dotsText(value));
}

export function envVarNameProblems(value: string): Problems {
  const form = problemText(
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
    shown(ENV_VAR_NAME),
    'my.env-name',
    'MY_ENV.NAME',
    'MyEnvName1',
  );
  return collect(ENV_VAR_NAME.test(value) ? '' : form, dotsText(value));
}

/** Names of environment variables since the relaxed rule (KEP-4369): printable ASCII without `=`. */
export function relaxedEnvVarNameProblems(value: string): Problems {
  return collect(
    value === '' ? 'environment variable name must be non-empty' : '',
    /^[ -<>-~]*$/.test(value)
      ? ''
      : "a valid environment variable name must consist only of printable ASCII characters other than '='",
  );
}

/** Names of container and service ports (RFC 6335): up to 15 of `[-a-z0-9]`, with a letter. */
export function portNameProblems(value: string): Problems {
  return collect(
    tooLongText(value, 15, 'characters'),
    /^[-a-z0-9]+$/.test(value) ? '' : 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
    /[a-z]/.test(value) ? '' : 'must contain at least one letter (a-z)',
    value.includes('--') ? 'must not contain consecutive hyphens' : '',
    value.startsWith('-') || value.endsWith('-') ? 'must not begin or end with a hyphen' : '',
  );
}

/** A port that can be listened on or called: 1 to 65535. */
export function portNumberProblems(value: number): Problems {
  return inRangeProblems(value, 1, 65535);
}

export function inRangeProblems(value: number, min: number, max: number): Problems {
  return collect(value >= min && value <= max ? '' : `must be between ${min} and ${max}, inclusive`);
}

export function percentProblems(value: string): Problems {
  const form = problemText(
    "a valid percent string must be a numeric string followed by an ending '%'",
    shown(PERCENT),
    '1%',
    '93%',
  );
  return collect(PERCENT.test(value) ? '' : form);
}

export function httpHeaderNameProblems(value: string): Problems {
  const form = problemText(
    "a valid HTTP header must consist of alphanumeric characters or '-'",
    shown(HTTP_HEADER_NAME),
    'X-Header-Name',
  );
  return collect(HTTP_HEADER_NAME.test(value) ? '' : form);
}

export function cIdentifierProblems(value: string): Problems {
  const form = problemText(
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
    shown(C_IDENTIFIER),
    'my_name',
    'MY_NAME',
    'MyName',
  );
  return collect(C_IDENTIFIER.test(value) ? '' : form);
}

/** The pattern as problems show it: without its anchors. */
function shown(pattern: RegExp): string {
  return pattern.source.slice(1, -1);
}

/** What would be a path upwards once it is a file name. */
function dotsText(value: string): string {
  if (value === '.') return "must not be '.'";
  if (value === '..') return "must not be '..'";
  return value.startsWith('..') ? "must not start with '..'" : '';
}
