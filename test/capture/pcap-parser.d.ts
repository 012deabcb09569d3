/** pcap-parser 0.2.1 ships no types; this is what the differential test uses of it. */
declare module 'pcap-parser' {
  interface Parser {
    on(event: 'globalHeader', listener: (header: { readonly linkLayerType: number }) => void): this;
    on(event: 'packet', listener: (packet: PcapParserPacket) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'end', listener: () => void): this;
  }

  export interface PcapParserPacket {
    readonly header: {
      readonly timestampSeconds: number;
      readonly timestampMicroseconds: number;
      readonly capturedLength: number;
      readonly originalLength: number;
    };
    readonly data: Buffer;
  }

  export function parse(input: string | NodeJS.ReadableStream): Parser;
}
