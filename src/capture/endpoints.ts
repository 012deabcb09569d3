import type { Endpoint, TrafficTrack } from './traffic-track.ts';

/** The endpoints somebody is connected to, and those that proved to be Kafka. */
export class Endpoints {
  readonly #byAddress = new Map<string, Endpoint>();
  #kafkaCount = 0;

  get kafkaCount(): number {
    return this.#kafkaCount;
  }

  /** The endpoint of an address, new when nobody was connected to it. */
  of(address: string): Endpoint {
    let endpoint = this.#byAddress.get(address);
    if (endpoint === undefined) {
      endpoint = { address, kafka: false, tracks: new Set() };
      this.#byAddress.set(address, endpoint);
    }
    return endpoint;
  }

  prove(endpoint: Endpoint): void {
    if (endpoint.kafka) return;
    endpoint.kafka = true;
    this.#kafkaCount += 1;
  }

  /** The connection is over and told: an endpoint without connections is only remembered when it is Kafka. */
  release(endpoint: Endpoint, track: TrafficTrack): void {
    endpoint.tracks.delete(track);
    if (endpoint.tracks.size === 0 && !endpoint.kafka) this.#byAddress.delete(endpoint.address);
  }
}
