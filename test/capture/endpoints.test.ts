import { expect, it } from 'vitest';
import { Endpoints } from '../../src/capture/endpoints.ts';
import { TrafficTrack } from '../../src/capture/traffic-track.ts';

it('an endpoint lives while somebody is connected, and for ever once it is Kafka', () => {
  const endpoints = new Endpoints();
  const track = new TrafficTrack({ addresses: ['a:1', 'b:2'], initiator: 0, startKnown: () => true }, []);
  const first = endpoints.of('b:2');
  first.tracks.add(track);
  expect(endpoints.of('b:2')).toBe(first);
  endpoints.release(first, track);
  expect(endpoints.of('b:2')).not.toBe(first);
  const second = endpoints.of('b:2');
  second.tracks.add(track);
  endpoints.prove(second);
  endpoints.prove(second);
  endpoints.release(second, track);
  expect(endpoints.of('b:2')).toBe(second);
  expect([second.kafka, second.tracks.size, endpoints.kafkaCount]).toEqual([true, 0, 1]);
});
