import { systemErrorCode } from '../wire/system-error.ts';
import type { ConnectFailure } from './connect-failure.ts';
import { formatHostPort, type HostPort } from './host-port.ts';
import type { OnreadSocket } from './onread-socket.ts';
import type { Credentials } from './sasl/credentials.ts';
import { isLoginFailure, type LoggedIn, UpstreamLogin } from './upstream-login.ts';
import { UpstreamRace, type UpstreamRaceOptions } from './upstream-race.ts';

export interface UpstreamOptions extends UpstreamRaceOptions {
  /** null: clients log in themselves, or nobody does. */
  readonly credentials: Credentials | null;
}

export interface UpstreamHandler {
  /** The connection is ready for a client's bytes. `login` is null where nobody logged in. */
  connected(socket: OnreadSocket, target: HostPort, login: LoggedIn | null): void;
  failed(failure: ConnectFailure): void;
}

/** An upstream connection on its way. */
export interface UpstreamOpening {
  /** Gives up without a word to the handler. */
  cancel(): void;
}

/**
 * Connects to the first server that answers and, with credentials, logs in to it before anybody may use it. The
 * login has a deadline of its own, as long as the one for connecting.
 */
export function openUpstream(options: UpstreamOptions, handler: UpstreamHandler): UpstreamOpening {
  const { credentials } = options;
  if (credentials === null) {
    return new UpstreamRace(options, {
      connected: (socket, target) => handler.connected(socket, target, null),
      failed: (failure) => handler.failed(failure),
    });
  }
  return new AuthenticatedOpening(options, credentials, handler);
}

class AuthenticatedOpening implements UpstreamOpening {
  readonly #race: UpstreamRace;
  #socket: OnreadSocket | null = null;
  #login: UpstreamLogin | null = null;

  constructor(options: UpstreamOptions, credentials: Credentials, handler: UpstreamHandler) {
    this.#race = new UpstreamRace(options, {
      connected: (socket, target) => this.#logIn(socket, target, options.timeoutMs, credentials, handler),
      failed: (failure) => handler.failed(failure),
    });
  }

  cancel(): void {
    this.#race.cancel();
    this.#login?.cancel();
    this.#forsake();
  }

  #logIn(
    socket: OnreadSocket,
    target: HostPort,
    timeoutMs: number,
    credentials: Credentials,
    handler: UpstreamHandler,
  ): void {
    this.#socket = socket;
    const login = new UpstreamLogin({
      credentials,
      broker: formatHostPort(target.host, target.port),
      authenticateVersion: null,
      timeoutMs,
      write: (bytes) => socket.write(bytes),
      done: (end) => {
        if (isLoginFailure(end)) {
          this.#forsake();
          handler.failed(end);
          return;
        }
        this.#socket = null;
        socket.handler = null;
        handler.connected(socket, target, end);
      },
    });
    this.#login = login;
    socket.handler = {
      bytesArrived: (bytes) => login.receive(bytes),
      peerEnded: () => login.closed(''),
      writesSettled: () => undefined,
      closed: (error) => login.closed(systemErrorCode(error)),
    };
  }

  #forsake(): void {
    if (this.#socket === null) return;
    this.#socket.handler = null;
    this.#socket.destroy();
    this.#socket = null;
  }
}
