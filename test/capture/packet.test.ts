import { expect, it } from 'vitest';
import { Packet } from '../../src/capture/packet.ts';

it('begins anew with each packet; a wire length below what was captured is a mistake of the writer', () => {
  const packet = new Packet();
  packet.reset(new Uint8Array(60), 113, 42, 1_500);
  expect(packet).toMatchObject({ linkType: 113, atUs: 42, originalBytes: 1_500 });
  packet.reset(new Uint8Array(60), 1, 43, 0);
  expect(packet).toMatchObject({ linkType: 1, atUs: 43, originalBytes: 60 });
});
