import { readFileSync } from 'node:fs';
import { systemErrorCode } from '../wire/system-error.ts';
import { type ClientSettings, type Setting, settingError } from './client-settings.ts';
import { certificatesOf, privateKeyOf } from './pem.ts';

/** TLS as a client's configuration file has it; null where the file says nothing. PEM texts. */
export interface TlsSettings {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  /** Do not verify the certificate at all. */
  readonly insecure: boolean;
  /** Verify the certificate, but not the name it is for. */
  readonly anyName: boolean;
}

/** What flags say already, so that the file's part need not even be readable. */
export interface TlsOverrides {
  readonly ca: boolean;
  readonly pair: boolean;
}

const pemBytesMax = 4 * 1024 * 1024;

/** The TLS part of the settings. Throws a `CliError` with file and line for what cannot be used. */
export function tlsSettingsOf(settings: ClientSettings, overrides: TlsOverrides): TlsSettings {
  const insecure = isFalse(settings, 'enable.ssl.certificate.verification');
  const algorithm = settings.get('ssl.endpoint.identification.algorithm');
  const ca = overrides.ca || insecure ? null : authoritiesOf(settings);
  const pair = overrides.pair ? null : pairOf(settings);
  return {
    ca,
    cert: pair?.cert ?? null,
    key: pair?.key ?? null,
    insecure,
    anyName: algorithm !== null && anyNameBy(algorithm),
  };
}

function anyNameBy(algorithm: Setting): boolean {
  const value = algorithm.value.toLowerCase();
  if (value === '' || value === 'none') return true;
  if (value === 'https') return false;
  throw settingError(algorithm, 'only https, or nothing for no check of the name, can be used.');
}

function isFalse(settings: ClientSettings, key: string): boolean {
  const setting = settings.find(key);
  if (setting === null) return false;
  const value = setting.value.toLowerCase();
  if (value === 'false' || value === '0' || value === 'f') return true;
  if (value === 'true' || value === '1' || value === 't') return false;
  throw settingError(setting, 'true or false is expected.');
}

function authoritiesOf(settings: ClientSettings): string | null {
  const inline = settings.find('ssl.ca.pem', 'ssl.truststore.certificates');
  const located = settings.find('ssl.ca.location', 'ssl.truststore.location');
  if (inline === null && located === null) return null;
  // librdkafka looks for the system's own authorities.
  if (inline === null && located?.key === 'ssl.ca.location' && located.value === 'probe') return null;
  const setting = inline ?? located;
  if (setting === null) return null;
  const store = setting.key === 'ssl.truststore.location' ? settings.find('ssl.truststore.type') : null;
  const text = inline === null ? readFile(setting, store, 'truststore') : setting.value;
  const certificates = certificatesOf(text);
  if (certificates === '') throw settingError(setting, 'it holds no certificate (-----BEGIN CERTIFICATE-----).');
  return certificates;
}

function pairOf(settings: ClientSettings): { cert: string; key: string } | null {
  const store = settings.find('ssl.keystore.location');
  const certSetting =
    settings.find('ssl.certificate.pem', 'ssl.keystore.certificate.chain', 'ssl.certificate.location') ?? store;
  const keySetting = settings.find('ssl.key.pem', 'ssl.keystore.key', 'ssl.key.location') ?? store;
  if (certSetting === null && keySetting === null) return null;
  if (certSetting === null || keySetting === null) {
    const [given, missing] = certSetting === null ? [keySetting, 'certificate'] : [certSetting, 'private key'];
    if (given === null) return null;
    throw settingError(given, `the file names no ${missing} to go with it.`);
  }
  const type = settings.find('ssl.keystore.type');
  const cert = certificatesOf(textOf(certSetting, type));
  if (cert === '') throw settingError(certSetting, 'it holds no certificate (-----BEGIN CERTIFICATE-----).');
  const password = settings.find('ssl.key.password');
  const read = privateKeyOf(textOf(keySetting, type), password?.value ?? null);
  if ('key' in read) return { cert, key: read.key };
  switch (read.wrong) {
    case 'none':
      throw settingError(keySetting, 'it holds no private key (-----BEGIN PRIVATE KEY-----).');
    case 'password-missing':
      throw settingError(keySetting, 'the private key is encrypted: set ssl.key.password.');
    case 'unreadable':
      throw settingError(password ?? keySetting, 'the private key cannot be decrypted with this password.');
    default:
      return read.wrong satisfies never;
  }
}

function textOf(setting: Setting, storeType: Setting | null): string {
  if (!setting.key.endsWith('.location')) return setting.value;
  return readFile(setting, setting.key === 'ssl.keystore.location' ? storeType : null, 'keystore');
}

function readFile(setting: Setting, storeType: Setting | null, what: 'truststore' | 'keystore'): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(setting.value);
  } catch (error) {
    const code = systemErrorCode(error) || 'no reason given';
    throw settingError(setting, `${setting.value} cannot be read (${code}); a path is meant from the current folder.`);
  }
  if (bytes.length > pemBytesMax) throw settingError(setting, `${setting.value} is too large for certificates.`);
  const text = bytes.toString('latin1');
  if (text.includes('-BEGIN ')) return text;
  const isJks = bytes.length >= 4 && bytes.readUInt32BE(0) === 0xfeedfeed;
  const type = isJks ? 'JKS' : (storeType?.value.toUpperCase() ?? 'PKCS12');
  if (isJks || bytes[0] === 0x30) throw settingError(setting, conversion(setting.value, type, what));
  throw settingError(setting, `${setting.value} is no PEM file, which has a line -----BEGIN …-----.`);
}

/** How a Java store becomes PEM, and where the result goes. */
function conversion(path: string, type: string, what: 'truststore' | 'keystore'): string {
  if (what === 'truststore') {
    return `${path} is a ${type} store, and kafka-scope reads PEM: run keytool -list -rfc -keystore ${path} > ca.pem, then add --upstream-ca ca.pem.`;
  }
  const toPkcs12 =
    type === 'JKS'
      ? `keytool -importkeystore -srckeystore ${path} -destkeystore client.p12 -deststoretype PKCS12, then `
      : '';
  const source = type === 'JKS' ? 'client.p12' : path;
  return `${path} is a ${type} store, and kafka-scope reads PEM: run ${toPkcs12}openssl pkcs12 -in ${source} -nodes -out client.pem, then add --upstream-cert client.pem --upstream-key client.pem.`;
}
